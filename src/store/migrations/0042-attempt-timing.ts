import type { Migration } from './migration.ts';

/** Where the time of each attempt to deliver a callback went: `RequestTiming` as JSON. */
export const attemptTimingMigration: Migration = {
  name: '0042-attempt-timing',
  async up(knex) {
    await knex.schema.alterTable('callback_attempts', (table) => {
      table.text('timing');
    });
  },
};
