import type { Migration } from './migration.ts';

/** Where the callbacks about a queue go, and the number of its next event. */
export const queueCallbacksMigration: Migration = {
  name: '0032-queue-callbacks',
  async up(knex) {
    await knex.schema.alterTable('queues', (table) => {
      table.text('status_callback');
      table.bigInteger('next_sequence').notNullable().defaultTo(0);
    });
  },
};
