import type { Migration } from './migration.ts';

/** Which callers an account may show, and which numbers it may dial. */
export const outgoingGuardsMigration: Migration = {
  name: '0057-outgoing-guards',
  async up(knex) {
    await knex.schema.createTable('outgoing_caller_ids', (table) => {
      table.text('sid').primary();
      table.text('account_sid').notNullable();
      table.text('friendly_name').notNullable();
      table.text('phone_number').notNullable();
      table.text('phone_number_plain').notNullable();
      table.text('account_number').notNullable().unique();
      table.bigInteger('created_at').notNullable();
      table.bigInteger('updated_at').notNullable();
      table.index(['account_sid', 'created_at', 'sid']);
    });
    await knex.schema.createTable('dialing_permissions', (table) => {
      table.text('sid').primary();
      table.text('account_sid').notNullable();
      table.text('friendly_name').notNullable();
      table.text('prefix');
      table.text('country');
      table.integer('allows').notNullable();
      table.bigInteger('created_at').notNullable();
      table.bigInteger('updated_at').notNullable();
      table.index(['account_sid', 'created_at', 'sid']);
    });
  },
};
