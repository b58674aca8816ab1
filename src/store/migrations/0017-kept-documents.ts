import type { Migration } from './migration.ts';

/** Long documents that calls are in, apart from the rows that change with each verb. */
export const keptDocumentsMigration: Migration = {
  name: '0017-kept-documents',
  async up(knex) {
    await knex.schema.createTable('kept_documents', (table) => {
      table.text('call_sid').primary();
      table.text('name').notNullable();
      table.text('document').notNullable();
    });
  },
};
