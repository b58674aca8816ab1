import type { Knex } from 'knex';
import type { Migration } from './migration.ts';

/** Numbers, clients, applications and trunks of the accounts. */
export const resourcesMigration: Migration = {
  name: '0002-resources',
  async up(knex) {
    await knex.schema.createTable('incoming_phone_numbers', (table) => {
      owned(table);
      voice(table);
      table.text('phone_number').notNullable();
      // Without `+`: a number is the same with and without it.
      table.text('phone_number_plain').notNullable().unique();
      table.text('voice_application_sid');
    });
    await knex.schema.createTable('clients', (table) => {
      owned(table);
      voice(table);
      table.text('login').notNullable();
      table.text('login_lower').notNullable().unique();
      table.text('ha1').notNullable();
      table.text('status').notNullable();
      table.text('voice_application_sid');
    });
    await knex.schema.createTable('applications', (table) => {
      owned(table);
      voice(table);
    });
    await knex.schema.createTable('sip_trunks', (table) => {
      owned(table);
      table.text('host').notNullable();
      table.integer('port').notNullable();
      table.text('transport').notNullable();
      table.text('allowed_addresses').notNullable();
      table.text('prefix').notNullable();
      table.integer('priority').notNullable();
      table.integer('strip_digits').notNullable();
      table.text('prepend_digits').notNullable();
    });
  },
};

function owned(table: Knex.CreateTableBuilder): void {
  table.text('sid').primary();
  table.text('account_sid').notNullable().references('accounts.sid');
  table.text('friendly_name').notNullable();
  table.bigInteger('created_at').notNullable();
  table.bigInteger('updated_at').notNullable();
  table.index(['account_sid', 'created_at', 'sid']);
}

function voice(table: Knex.CreateTableBuilder): void {
  table.text('voice_url');
  table.text('voice_method').notNullable();
  table.text('voice_fallback_url');
  table.text('voice_fallback_method').notNullable();
  table.text('status_callback');
  table.text('status_callback_method').notNullable();
}
