import { join } from 'node:path';
import knexModule, { type Knex } from 'knex';

/** The database of a Legwork that keeps it in a file; whoever opens it destroys the connection. */
export function openSqliteFile({ dataDir }: { readonly dataDir: string }): Knex {
  return knexModule.knex({
    client: 'sqlite3',
    connection: { filename: join(dataDir, 'legwork.sqlite') },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
}
