import type { Migration } from './migration.ts';

/** Work on many callbacks, and what of it is still to be done; see records/job-repository.ts. */
export const jobsMigration: Migration = {
  name: '0041-jobs',
  async up(knex) {
    await knex.schema.createTable('jobs', (table) => {
      table.text('sid').primary();
      table.text('account_sid').notNullable();
      table.text('state').notNullable();
      table.integer('matched').notNullable();
      table.integer('replayed').notNullable();
      table.bigInteger('created_at').notNullable();
      table.bigInteger('updated_at').notNullable();
      // Until then the process that works on it is believed to live.
      table.bigInteger('held_until').notNullable();
      table.index(['state', 'held_until']);
    });
    await knex.schema.createTable('job_portions', (table) => {
      table.text('job_sid').notNullable();
      table.integer('n').notNullable();
      table.text('callback_sids').notNullable();
      table.primary(['job_sid', 'n']);
    });
  },
};
