import type { Knex } from 'knex';
import type { Migration } from './migration.ts';

/** Of each row that belongs to a switch, which one: empty where a single Legwork has the database. */
const OF_SWITCHES = ['journal', 'callback_lines', 'recordings', 'conferences'] as const;

/** Nodes, the switches that they hold by leases, and what belongs to which switch. The indexes hold rows of clusters only. */
export const clusterMigration: Migration = {
  name: '0021-cluster',
  async up(knex) {
    await knex.schema.createTable('nodes', nodeColumns);
    await knex.schema.createTable('switches', switchColumns);
    for (const name of OF_SWITCHES) {
      await knex.schema.alterTable(name, (table) => {
        table.text('switch_id');
      });
    }
    await knex.schema.alterTable('journal', (table) => {
      table.index(['switch_id', 'epoch', 'number'], 'journal_by_switch', {
        predicate: knex.whereNotNull('switch_id'),
      });
    });
    await knex.schema.alterTable('callback_lines', (table) => {
      table.index(['switch_id', 'destination', 'ready_at', 'id'], 'callback_lines_by_switch', {
        predicate: knex.whereNotNull('switch_id'),
      });
    });
  },
};

function nodeColumns(table: Knex.CreateTableBuilder): void {
  table.text('name').primary();
  // Of the process: a node that starts again is another one of the same name.
  table.text('instance').notNullable();
  table.text('host').notNullable();
  table.bigInteger('pid').notNullable();
  table.text('url').notNullable();
  table.text('version').notNullable();
  // starting, up or stopping: only those that are up take switches.
  table.text('state').notNullable();
  // Raised by each renewal: whoever sees it unchanged for long enough takes the node for dead.
  table.bigInteger('renewals').notNullable();
}

function switchColumns(table: Knex.CreateTableBuilder): void {
  table.text('id').primary();
  table.text('ari_url').notNullable();
  table.text('ari_username').notNullable();
  // Encrypted with the secret key.
  table.text('ari_password').notNullable();
  table.text('sip_address').notNullable();
  // What else a node needs to drive it, as JSON.
  table.text('settings').notNullable();
  // The node's name that holds it; empty while nobody does.
  table.text('node');
  table.bigInteger('epoch').notNullable();
  table.bigInteger('renewals').notNullable();
  table.integer('draining').notNullable();
  // How many more calls it takes, as its holder says with each renewal.
  table.integer('room').notNullable();
  table.text('state').notNullable();
  // The nodes that could not reach it since somebody last did, as JSON.
  table.text('unreachable_from').notNullable();
}
