import type { Migration } from './migration.ts';

/** How a trunk is told who calls, and how it tells us. */
export const trunkIdentityMigration: Migration = {
  name: '0014-trunk-identity',
  async up(knex) {
    await knex.schema.alterTable('sip_trunks', (table) => {
      table.text('from_domain');
      table.text('from_user');
      table.integer('send_asserted_identity').notNullable().defaultTo(0);
      table.integer('trust_asserted_identity').notNullable().defaultTo(0);
    });
  },
};
