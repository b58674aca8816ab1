import type { Migration } from './migration.ts';

/** What browser phones sign in with; see records/client-token.ts. */
export const clientTokensMigration: Migration = {
  name: '0025-client-tokens',
  async up(knex) {
    await knex.schema.createTable('client_tokens', (table) => {
      table.text('sid').primary();
      table.text('account_sid').notNullable();
      table.text('client_sid').notNullable();
      table.text('login').notNullable();
      table.text('label').notNullable();
      table.text('username').notNullable().unique();
      table.text('ha1').notNullable();
      table.bigInteger('created_at').notNullable();
      table.bigInteger('expires_at').notNullable();
      table.bigInteger('used_at');
      table.bigInteger('revoked_at');
      table.index(['client_sid', 'created_at']);
      table.index(['expires_at']);
      table.index(['login']);
    });
  },
};
