import type { Migration } from './migration.ts';

/** Conferences, and who is or was in them. */
export const conferencesMigration: Migration = {
  name: '0008-conferences',
  async up(knex) {
    await knex.schema.createTable('conferences', (table) => {
      table.text('sid').primary();
      table.text('account_sid').notNullable();
      table.text('friendly_name').notNullable();
      table.text('status').notNullable();
      table.text('status_callback');
      table.integer('next_sequence').notNullable();
      table.bigInteger('created_at').notNullable();
      table.bigInteger('updated_at').notNullable();
      table.index(['account_sid', 'created_at', 'sid'], 'conferences_by_account');
      table.index(['account_sid', 'status', 'created_at', 'sid'], 'conferences_by_status');
      table.index(['account_sid', 'friendly_name', 'created_at', 'sid'], 'conferences_by_name');
      table.index(['created_at'], 'conferences_unfinished', {
        predicate: knex.whereRaw("status <> 'completed'"),
      });
    });
    await knex.schema.createTable('participants', (table) => {
      table.text('conference_sid').notNullable().references('conferences.sid').onDelete('CASCADE');
      // The CallSid.
      table.text('sid').notNullable();
      table.text('account_sid').notNullable();
      table.text('status').notNullable();
      table.integer('muted').notNullable();
      table.integer('hold').notNullable();
      table.integer('start_conference_on_enter').notNullable();
      table.integer('end_conference_on_exit').notNullable();
      table.integer('beep_on_enter').notNullable();
      table.integer('beep_on_exit').notNullable();
      table.bigInteger('created_at').notNullable();
      table.bigInteger('updated_at').notNullable();
      table.primary(['conference_sid', 'sid']);
      table.index(['conference_sid', 'status', 'created_at', 'sid'], 'participants_by_conference');
    });
  },
};
