import type { Migration } from './migration.ts';

/** Messages, and whether a trunk takes them; see call/message/message-record.ts. */
export const messagesMigration: Migration = {
  name: '0052-messages',
  async up(knex) {
    await knex.schema.createTable('messages', (table) => {
      table.text('sid').primary();
      table.text('account_sid').notNullable();
      table.text('call_sid');
      table.text('from_party').notNullable();
      table.text('to_party').notNullable();
      table.text('body').notNullable();
      table.text('direction').notNullable();
      table.text('status').notNullable();
      table.integer('error_code');
      table.text('error_message');
      table.text('status_callback');
      table.text('switch_id');
      table.bigInteger('sent_at');
      table.bigInteger('created_at').notNullable();
      table.bigInteger('updated_at').notNullable();
      table.index(['account_sid', 'created_at', 'sid'], 'messages_by_account');
      table.index(['account_sid', 'to_party', 'created_at'], 'messages_by_to');
      table.index(['account_sid', 'from_party', 'created_at'], 'messages_by_from');
      table.index(['created_at'], 'messages_unfinished', { predicate: knex.whereRaw("status = 'queued'") });
    });
    await knex.schema.alterTable('sip_trunks', (table) => {
      table.integer('messages').notNullable().defaultTo(0);
    });
  },
};
