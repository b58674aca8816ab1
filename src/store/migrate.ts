import type { Knex } from 'knex';
import type { Dialect } from './dialect.ts';
import { migrations } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';
import type { Log } from '../concurrency/log.ts';

const MIGRATIONS_TABLE = 'schema_migrations';
/** Marks the SQLite file as ours ("LGWK"); setting it also takes the write lock before anything is read. */
const APPLICATION_ID = 0x4c47574b;
/** Any number that nobody else locks: two processes that start at once migrate one after the other. */
const ADVISORY_LOCK = 0x4c47574b;

/** How long a step waits for a table that other processes use; then the start ends with the database's words. */
const LOCK_WITHIN_MS = 2_000;

/** The database was written by a newer Legwork, whose tables this one does not know. */
export class DatabaseTooNewError extends Error {
  readonly unknown: readonly string[];
  constructor(unknown: readonly string[]) {
    super(
      `The database was written by a newer version of Legwork (it has ${unknown.join(', ')}). ` +
        'Start that version, or go back to a backup from before the update.',
    );
    this.name = 'DatabaseTooNewError';
    this.unknown = unknown;
  }
}

/** Brings the tables up to date in one transaction: a start that is killed halfway changes nothing. */
export async function migrate(
  database: Knex,
  dialect: Dialect,
  logger: Log,
  known: readonly Migration[] = migrations,
): Promise<void> {
  await database.transaction(async (trx) => {
    if (dialect === 'sqlite') await trx.raw(`PRAGMA application_id = ${APPLICATION_ID}`);
    else await trx.raw(`select pg_advisory_xact_lock(${ADVISORY_LOCK})`);
    await refuseNewer(trx, known);
    // Whoever waits for a table holds up all others that want it after him: nodes that are running must not stand still.
    if (dialect !== 'sqlite') await trx.raw(`set local lock_timeout = '${LOCK_WITHIN_MS}ms'`);
    const [, applied] = (await trx.migrate.latest({
      tableName: MIGRATIONS_TABLE,
      migrationSource: sourceOf(known),
    })) as [number, readonly string[]];
    if (applied.length > 0) logger.info({ applied }, 'Database tables brought up to date');
  });
}

async function refuseNewer(trx: Knex.Transaction, known: readonly Migration[]): Promise<void> {
  if (!(await trx.schema.hasTable(MIGRATIONS_TABLE))) return;
  const applied: readonly string[] = await trx(MIGRATIONS_TABLE).orderBy('id').pluck('name');
  const names = new Set(known.map((migration) => migration.name));
  const unknown = applied.filter((name) => !names.has(name));
  if (unknown.length > 0) throw new DatabaseTooNewError(unknown);
}

function sourceOf(known: readonly Migration[]): Knex.MigrationSource<Migration> {
  return {
    getMigrations: () => Promise.resolve([...known]),
    getMigrationName: (migration) => migration.name,
    getMigration: (migration) => Promise.resolve({ up: migration.up, down: noWayBack }),
  };
}

function noWayBack(): Promise<never> {
  return Promise.reject(new Error('Migrations go forward only; go back with a backup'));
}
