import type { Migration } from './migration.ts';

/** Accounts, the installation's own settings, and who wrote last. */
export const accountsMigration: Migration = {
  name: '0001-accounts',
  async up(knex) {
    await knex.schema.createTable('accounts', (table) => {
      table.text('sid').primary();
      table.text('friendly_name').notNullable();
      table.text('email_address');
      table.text('email_lower').unique();
      table.text('parent_sid').references('accounts.sid');
      table.text('status').notNullable();
      table.text('auth_token').notNullable();
      table.bigInteger('created_at').notNullable();
      table.bigInteger('updated_at').notNullable();
      table.index(['parent_sid', 'created_at']);
    });
    await knex.schema.createTable('installation_settings', (table) => {
      table.text('key').primary();
      table.text('value').notNullable();
    });
    // One row per process: the last transaction that it committed (write-transaction.ts says why).
    await knex.schema.createTable('journal_writers', (table) => {
      table.text('id').primary();
      table.bigInteger('batch').notNullable();
      table.bigInteger('at').notNullable();
    });
  },
};
