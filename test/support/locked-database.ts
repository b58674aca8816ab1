import { openSqliteFile } from './sqlite-file.ts';

/** Locks a SQLite file against every other writer, as a backup or somebody's shell may do; resolves with the unlock. */
export async function lockDatabase(dataDir: string): Promise<() => Promise<void>> {
  const knex = openSqliteFile({ dataDir });
  await knex.raw('PRAGMA busy_timeout = 5000');
  await knex.raw('BEGIN IMMEDIATE');
  return async () => {
    await knex.raw('ROLLBACK');
    await knex.destroy();
  };
}
