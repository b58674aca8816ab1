import type { Migration } from './migration.ts';

/** What trunks say about callers, numbers, time and encryption, and whether a client's media is encrypted. */
export const sipSideMigration: Migration = {
  name: '0022-sip-side',
  async up(knex) {
    await knex.schema.alterTable('sip_trunks', (table) => {
      table.text('default_number');
      table.integer('try_timeout_s');
      table.text('caller_id_policy');
      table.text('format');
      table.text('country_code');
      table.text('national_prefix');
      table.text('srtp');
    });
    await knex.schema.alterTable('clients', (table) => {
      table.text('srtp');
    });
  },
};
