import type { Migration } from './migration.ts';

/** The AuthToken before the last rotation, and until when it stays valid. */
export const tokenRotationMigration: Migration = {
  name: '0006-token-rotation',
  async up(knex) {
    await knex.schema.alterTable('accounts', (table) => {
      table.text('previous_auth_token');
      table.bigInteger('previous_auth_token_until');
    });
  },
};
