import type { Migration } from './migration.ts';

/**
 * The outbox. A line is the pending callbacks of one leg and URL; only the first of each may be sent, so the queue is
 * read by lines, and a line's length does not matter. `ready_at` is when the line may be claimed: when its first
 * callback is due, or when the claim on it expires.
 */
export const callbacksMigration: Migration = {
  name: '0004-callbacks',
  async up(knex) {
    const pending = knex.whereRaw("state = 'pending'");
    await knex.schema.createTable('callbacks', (table) => {
      table.bigIncrements('id');
      table.text('sid').notNullable().unique();
      table.text('account_sid').notNullable();
      table.text('call_sid').notNullable();
      table.text('line').notNullable();
      table.text('url').notNullable();
      table.text('method').notNullable();
      table.text('parameters').notNullable();
      table.text('state').notNullable();
      table.integer('attempts').notNullable();
      table.text('failure');
      table.bigInteger('created_at').notNullable();
      // When its retries began to count: created_at, or when somebody sent it again by hand.
      table.bigInteger('owed_at').notNullable();
      table.bigInteger('settled_at');
      table.index(['call_sid', 'id']);
      table.index(['account_sid', 'id']);
      table.index(['line', 'id'], 'callbacks_pending_by_line', { predicate: pending });
      table.index(['owed_at'], 'callbacks_pending_by_age', { predicate: pending });
      table.index(['settled_at'], 'callbacks_delivered', {
        predicate: knex.whereRaw("state = 'delivered'"),
      });
    });
    await knex.schema.createTable('callback_lines', (table) => {
      table.bigIncrements('id');
      table.text('line').notNullable().unique();
      table.text('destination').notNullable();
      table.bigInteger('due_at').notNullable();
      table.bigInteger('ready_at').notNullable();
      table.index(['destination', 'ready_at', 'id'], 'callback_lines_ready');
    });
    await knex.schema.createTable('callback_attempts', (table) => {
      table.bigIncrements('id');
      table.text('callback_sid').notNullable().references('callbacks.sid').onDelete('CASCADE');
      table.bigInteger('at').notNullable();
      table.bigInteger('duration_ms').notNullable();
      table.integer('status');
      table.text('error');
      table.text('response_head');
      table.index(['callback_sid', 'id']);
    });
  },
};
