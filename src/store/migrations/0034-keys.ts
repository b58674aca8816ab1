import type { Migration } from './migration.ts';

/** API keys; see records/key-record.ts. */
export const keysMigration: Migration = {
  name: '0034-keys',
  async up(knex) {
    await knex.schema.createTable('keys', (table) => {
      table.text('sid').primary();
      table.text('account_sid').notNullable();
      table.text('friendly_name').notNullable();
      table.text('secret_hash').notNullable();
      table.text('scope').notNullable();
      table.bigInteger('created_at').notNullable();
      table.bigInteger('updated_at').notNullable();
      table.index(['account_sid', 'created_at', 'sid']);
    });
  },
};
