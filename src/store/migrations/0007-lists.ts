import type { Migration } from './migration.ts';

/** Indexes for the lists of REST: every filter and order by which a page is read. */
export const listsMigration: Migration = {
  name: '0007-lists',
  async up(knex) {
    await knex.schema.alterTable('calls', (table) => {
      table.index(['account_sid', 'ended_at', 'sid'], 'calls_by_end');
    });
    await knex.schema.alterTable('callbacks', (table) => {
      table.index(['account_sid', 'state', 'id'], 'callbacks_by_state');
    });
    // A URL may be longer than an index takes.
    await knex.raw('create index callbacks_by_url on callbacks (account_sid, (substr(url, 1, 200)), id)');
    await knex.schema.alterTable('notifications', (table) => {
      table.index(['account_sid', 'error_code', 'at', 'sid'], 'notifications_by_code');
      table.index(['account_sid', 'level', 'at', 'sid'], 'notifications_by_level');
    });
  },
};
