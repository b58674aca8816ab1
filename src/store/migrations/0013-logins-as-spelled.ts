import type { Migration } from './migration.ts';

/** A digest covers the name as the phone sends it, so a login with capitals has a second one. */
export const loginsAsSpelledMigration: Migration = {
  name: '0013-logins-as-spelled',
  async up(knex) {
    await knex.schema.alterTable('clients', (table) => {
      table.text('ha1_as_spelled');
    });
  },
};
