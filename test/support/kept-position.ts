import { join } from 'node:path';
import knexModule from 'knex';
import type { LegworkProcess } from './legwork-process.ts';

/** Where the newest leg to `to` stands as SQLite keeps it for a restart: what no reply and no timeline shows. */
export async function keptPosition({ dataDir }: LegworkProcess, to: string): Promise<unknown> {
  const knex = knexModule.knex({
    client: 'sqlite3',
    connection: { filename: join(dataDir, 'legwork.sqlite') },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  try {
    const [row] = (await knex('calls')
      .where({ to_party: to })
      .orderBy('created_at', 'desc')
      .limit(1)
      .select('position')) as readonly { readonly position: string | null }[];
    return JSON.parse(row?.position ?? 'null') as unknown;
  } finally {
    await knex.destroy();
  }
}
