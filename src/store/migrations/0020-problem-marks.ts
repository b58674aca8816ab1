import type { Migration } from './migration.ts';

/** Problems that somebody has seen or closed; see records/problem-repository.ts. */
export const problemMarksMigration: Migration = {
  name: '0020-problem-marks',
  async up(knex) {
    await knex.schema.createTable('problem_marks', (table) => {
      table.text('account_sid').notNullable();
      table.text('key').notNullable();
      table.text('state').notNullable();
      table.bigInteger('up_to').notNullable();
      table.primary(['account_sid', 'key']);
    });
  },
};
