import type { Migration } from './migration.ts';

/** What a participant is called, and whom it coaches. */
export const participantsMigration: Migration = {
  name: '0036-participants',
  async up(knex) {
    await knex.schema.alterTable('participants', (table) => {
      table.text('label');
      table.text('call_sid_to_coach');
    });
  },
};
