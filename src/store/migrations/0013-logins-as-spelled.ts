import type { Migration } from './migration.ts';

/** A digest is over the name that the phone says: a login with capitals has one more. */
export const loginsAsSpelledMigration: Migration = {
  name: '0013-logins-as-spelled',
  async up(knex) {
    await knex.schema.alterTable('clients', (table) => {
      table.text('ha1_as_spelled');
    });
  },
};
