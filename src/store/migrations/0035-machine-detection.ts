import type { Migration } from './migration.ts';

/** Who answered a leg: what was asked about it, and what was found out, both as JSON. */
export const machineDetectionMigration: Migration = {
  name: '0035-machine-detection',
  async up(knex) {
    await knex.schema.alterTable('calls', (table) => {
      table.text('machine_detection');
      table.text('answered_by');
    });
  },
};
