import { openSqliteFile } from './sqlite-file.ts';
import type { LegworkProcess } from './legwork-process.ts';

/** Where the newest leg to `to` stands as SQLite keeps it for a restart: what no reply and no timeline shows. */
export async function keptPosition({ dataDir }: LegworkProcess, to: string): Promise<unknown> {
  const knex = openSqliteFile({ dataDir });
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
