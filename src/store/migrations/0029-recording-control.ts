import type { Migration } from './migration.ts';

/** Recordings can be paused and stopped, may hold a single side of a leg, and know their conference. */
export const recordingControlMigration: Migration = {
  name: '0029-recording-control',
  async up(knex) {
    await knex.schema.alterTable('recordings', (table) => {
      table.text('conference_sid');
      table.text('name');
      table.text('track');
      table.text('pauses');
      table.dropIndex(['created_at'], 'recordings_unfinished');
    });
    await knex.schema.alterTable('recordings', (table) => {
      table.index(['created_at'], 'recordings_not_over', {
        predicate: knex.whereRaw("status not in ('completed', 'absent') or transcription is not null"),
      });
      table.index(['conference_sid', 'created_at', 'sid'], 'recordings_by_conference', {
        predicate: knex.whereNotNull('conference_sid'),
      });
    });
  },
};
