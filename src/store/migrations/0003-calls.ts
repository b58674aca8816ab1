import type { Knex } from 'knex';
import type { Migration } from './migration.ts';

/** Legs with their state and the interpreter's position, their timeline, and notifications. */
export const callsMigration: Migration = {
  name: '0003-calls',
  async up(knex) {
    await knex.schema.createTable('calls', (table) => {
      legColumns(table);
      stateColumns(table);
      callIndexes(table, knex);
    });
    await knex.schema.createTable('call_events', (table) => {
      table.bigIncrements('id');
      table.text('account_sid').notNullable();
      table.text('call_sid').notNullable();
      table.bigInteger('at').notNullable();
      table.text('kind').notNullable();
      table.text('data').notNullable();
      table.index(['call_sid', 'id']);
      table.index(['at']);
    });
    await knex.schema.createTable('notifications', (table) => {
      table.text('sid').primary();
      table.text('account_sid').notNullable();
      table.text('call_sid').notNullable();
      table.bigInteger('at').notNullable();
      table.text('level').notNullable();
      table.integer('error_code').notNullable();
      table.text('message').notNullable();
      table.text('request_url');
      table.text('request_method');
      table.text('response_body');
      table.index(['account_sid', 'at', 'sid']);
      table.index(['call_sid']);
    });
  },
};

function legColumns(table: Knex.CreateTableBuilder): void {
  table.text('sid').primary();
  table.text('account_sid').notNullable();
  table.text('parent_call_sid');
  // The top of the chain of parents: all legs of one timeline share it.
  table.text('root_call_sid').notNullable();
  table.text('direction').notNullable();
  table.text('from_party').notNullable();
  table.text('to_party').notNullable();
  table.text('caller_name');
  table.text('forwarded_from');
  table.text('phone_number_sid');
  table.text('trunk_sid');
  table.text('sip_headers').notNullable();
  table.text('status_callback');
  table.text('voice');
  table.text('channel_id');
  // Which process drives the leg, and on which Asterisk it is.
  table.text('owner');
  table.text('asterisk_id');
  table.bigInteger('created_at').notNullable();
}

function stateColumns(table: Knex.CreateTableBuilder): void {
  table.text('phase').notNullable();
  table.text('status').notNullable();
  table.bigInteger('initiated_at');
  table.bigInteger('ringing_at');
  table.bigInteger('answered_at');
  table.bigInteger('ended_at');
  table.text('sip_call_id');
  table.text('give_up');
  table.text('cause');
  table.text('position');
  table.bigInteger('updated_at').notNullable();
}

/** Lists are newest first; each filter of the REST list has an index that gives that order. */
function callIndexes(table: Knex.CreateTableBuilder, knex: Knex): void {
  table.index(['account_sid', 'created_at', 'sid'], 'calls_by_account');
  table.index(['account_sid', 'status', 'created_at', 'sid'], 'calls_by_status');
  table.index(['account_sid', 'to_party', 'created_at', 'sid'], 'calls_by_to');
  table.index(['account_sid', 'from_party', 'created_at', 'sid'], 'calls_by_from');
  table.index(['account_sid', 'initiated_at', 'sid'], 'calls_by_start');
  table.index(['root_call_sid'], 'calls_by_root');
  table.index(['parent_call_sid', 'created_at', 'sid'], 'calls_by_parent', {
    predicate: knex.whereNotNull('parent_call_sid'),
  });
  table.index(['created_at'], 'calls_not_final', { predicate: knex.whereNull('ended_at') });
}
