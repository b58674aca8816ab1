import type { Migration } from './migration.ts';

/** On which switch the open room of an account's name is. Only clusters use it. */
export const roomOwnersMigration: Migration = {
  name: '0038-room-owners',
  async up(knex) {
    await knex.schema.createTable('room_owners', (table) => {
      table.text('account_sid').notNullable();
      table.text('friendly_name').notNullable();
      table.text('switch_id').notNullable();
      // When that switch last opened or entered it, by the database's clock, in milliseconds.
      table.bigInteger('claimed_at').notNullable();
      table.primary(['account_sid', 'friendly_name']);
    });
  },
};
