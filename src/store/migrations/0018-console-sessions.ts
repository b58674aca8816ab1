import type { Migration } from './migration.ts';

/** Who has signed in to the console; see records/console-session.ts. */
export const consoleSessionsMigration: Migration = {
  name: '0018-console-sessions',
  async up(knex) {
    await knex.schema.createTable('console_sessions', (table) => {
      table.text('hash').primary();
      table.text('account_sid').notNullable();
      table.text('access').notNullable();
      table.text('seal').notNullable();
      table.bigInteger('created_at').notNullable();
      table.bigInteger('used_at').notNullable();
      table.index(['used_at']);
    });
  },
};
