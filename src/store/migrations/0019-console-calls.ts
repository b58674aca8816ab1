import type { Migration } from './migration.ts';

/** For the console: who ended a call, what people note of it, and its lists by number and by trunk. */
export const consoleCallsMigration: Migration = {
  name: '0019-console-calls',
  async up(knex) {
    await knex.schema.alterTable('calls', (table) => {
      table.text('ended_by');
      table.text('note');
      table.index(['account_sid', 'phone_number_sid', 'created_at', 'sid'], 'calls_by_number', {
        predicate: knex.whereNotNull('phone_number_sid'),
      });
      table.index(['account_sid', 'trunk_sid', 'created_at', 'sid'], 'calls_by_trunk', {
        predicate: knex.whereNotNull('trunk_sid'),
      });
    });
  },
};
