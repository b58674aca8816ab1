import type { Migration } from './migration.ts';

/** Queues, and who waits in them. */
export const queuesMigration: Migration = {
  name: '0031-queues',
  async up(knex) {
    await knex.schema.createTable('queues', (table) => {
      table.text('sid').primary();
      table.text('account_sid').notNullable();
      table.text('friendly_name').notNullable();
      table.integer('max_size').notNullable();
      table.bigInteger('next_number').notNullable();
      table.text('made_by').notNullable();
      table.bigInteger('used_at').notNullable();
      table.bigInteger('created_at').notNullable();
      table.bigInteger('updated_at').notNullable();
      // In a cluster, the switch whose legs wait in it.
      table.text('switch_id');
      table.index(['account_sid', 'created_at', 'sid'], 'queues_by_account');
      table.index(['account_sid', 'friendly_name'], 'queues_by_name');
    });
    await knex.schema.createTable('queue_members', (table) => {
      // The CallSid: a leg waits in one queue at most.
      table.text('sid').primary();
      table.text('queue_sid').notNullable().references('queues.sid').onDelete('CASCADE');
      table.text('account_sid').notNullable();
      table.bigInteger('number').notNullable();
      table.text('state').notNullable();
      table.text('taken_by');
      table.bigInteger('taken_at');
      table.bigInteger('joined_at').notNullable();
      table.index(['queue_sid', 'state', 'number'], 'queue_members_by_queue');
    });
  },
};
