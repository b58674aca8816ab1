import type { Migration } from './migration.ts';

/** How we identify ourselves to a trunk, whether we register there, and how many calls it carries. */
export const trunkCredentialsMigration: Migration = {
  name: '0011-trunk-credentials',
  async up(knex) {
    await knex.schema.alterTable('sip_trunks', (table) => {
      table.text('username');
      table.text('password');
      table.integer('register').notNullable().defaultTo(0);
      table.integer('max_channels');
    });
  },
};
