import type { Migration } from './migration.ts';

/**
 * For lists of calls by two filters, or by one and a time, among a million calls (bench/calls-list.ts): the account
 * comes first in each index, and a status is found without reading the row.
 */
export const listIndexesMigration: Migration = {
  name: '0010-list-indexes',
  async up(knex) {
    await knex.schema.alterTable('calls', (table) => {
      table.dropIndex([], 'calls_by_to');
      table.dropIndex([], 'calls_by_from');
      table.dropIndex([], 'calls_by_parent');
    });
    await knex.schema.alterTable('calls', (table) => {
      table.index(['account_sid', 'to_party', 'created_at', 'sid', 'status'], 'calls_by_to');
      table.index(['account_sid', 'from_party', 'created_at', 'sid', 'status'], 'calls_by_from');
      table.index(['account_sid', 'status', 'initiated_at', 'sid'], 'calls_by_status_and_start');
      table.index(['account_sid', 'status', 'ended_at', 'sid'], 'calls_by_status_and_end');
      table.index(['account_sid', 'parent_call_sid', 'created_at', 'sid'], 'calls_by_parent', {
        predicate: knex.whereNotNull('parent_call_sid'),
      });
    });
  },
};
