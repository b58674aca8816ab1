import type { Migration } from './migration.ts';

/** Recordings; their sound is kept in DATA_DIR. */
export const recordingsMigration: Migration = {
  name: '0005-recordings',
  async up(knex) {
    await knex.schema.createTable('recordings', (table) => {
      table.text('sid').primary();
      table.text('account_sid').notNullable();
      table.text('call_sid').notNullable();
      table.text('status').notNullable();
      table.text('source').notNullable();
      table.integer('channels').notNullable();
      table.integer('trim_silence').notNullable();
      table.text('status_callback');
      table.text('transcription');
      table.bigInteger('started_at').notNullable();
      table.integer('duration');
      table.bigInteger('created_at').notNullable();
      table.bigInteger('updated_at').notNullable();
      table.index(['account_sid', 'created_at', 'sid'], 'recordings_by_account');
      table.index(['call_sid', 'created_at', 'sid'], 'recordings_by_call');
      table.index(['created_at'], 'recordings_unfinished', {
        predicate: knex.whereRaw("status = 'in-progress' or transcription is not null"),
      });
    });
  },
};
