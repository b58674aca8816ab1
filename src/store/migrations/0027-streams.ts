import type { Migration } from './migration.ts';

/** Media streams. */
export const streamsMigration: Migration = {
  name: '0027-streams',
  async up(knex) {
    await knex.schema.createTable('streams', (table) => {
      table.text('sid').primary();
      table.text('account_sid').notNullable();
      table.text('call_sid').notNullable();
      table.text('name');
      table.text('status').notNullable();
      table.text('direction').notNullable();
      table.text('track').notNullable();
      table.text('url').notNullable();
      table.text('status_callback');
      table.integer('next_sequence').notNullable();
      table.integer('error_code');
      table.text('switch_id');
      table.bigInteger('created_at').notNullable();
      table.bigInteger('updated_at').notNullable();
      table.index(['call_sid', 'created_at', 'sid'], 'streams_by_call');
      table.index(['created_at'], 'streams_unfinished', {
        predicate: knex.whereRaw("status = 'in-progress'"),
      });
    });
  },
};
