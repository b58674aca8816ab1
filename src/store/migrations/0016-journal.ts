import type { Knex } from 'knex';
import type { Migration } from './migration.ts';

/** What is durable before the tables have it, and what they did not take. */
export const journalMigration: Migration = {
  name: '0016-journal',
  async up(knex) {
    await knex.schema.createTable('journal', keyedEntries);
    await knex.schema.createTable('journal_rejected', (table) => {
      keyedEntries(table);
      table.bigInteger('rejected_at').notNullable();
      table.text('reason').notNullable();
    });
  },
};

function keyedEntries(table: Knex.CreateTableBuilder): void {
  table.text('epoch').notNullable();
  table.bigInteger('number').notNullable();
  table.text('entry').notNullable();
  table.primary(['epoch', 'number']);
}
