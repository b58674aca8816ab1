import { startPostgres } from '../../test/support/postgres.ts';
import type { Bed } from '../bed/bed.ts';
import { startBareAri, startBareDial, startDialplanAlone, startMinimalRcml } from './bare-system.ts';
import { startLegworks, WITHOUT_LIMITS } from './legwork-system.ts';
import { PLACES } from './places.ts';
import type { System } from './system.ts';

/** The systems that are compared, all of them running. */
export interface Systems {
  readonly dialplan: System;
  readonly bareAri: System;
  readonly minimalRcml: System;
  readonly bareDial: System;
  readonly sqlite: System;
  readonly postgres: System;
}

/** Starts them; they are stopped with the bed. */
export async function startSystems(bed: Bed, progress: (line: string) => void): Promise<Systems> {
  const started = (system: System) => {
    progress(`Started: ${system.name}`);
    return system;
  };
  const starting = startPostgres({ durable: true });
  bed.undo.add(async () => (await starting.catch(() => undefined))?.stop());
  const server = await starting;
  const bare = {
    dialplan: started(await startDialplanAlone()),
    bareAri: started(await startBareAri(bed)),
    minimalRcml: started(await startMinimalRcml(bed)),
    bareDial: started(await startBareDial(bed)),
  };
  const onPostgres = { ...WITHOUT_LIMITS, DATABASE_URL: server.url };
  const [sqlite, postgres] = await startLegworks(bed, [
    { name: 'Legwork (SQLite)', place: PLACES.legworkSqlite, settings: WITHOUT_LIMITS },
    {
      name: 'Legwork (PostgreSQL)',
      place: PLACES.legworkPostgres,
      settings: onPostgres,
      database: server.pid,
    },
  ]);
  if (postgres === undefined) throw new Error('There is no Legwork on PostgreSQL');
  return { ...bare, sqlite: started(sqlite), postgres: started(postgres) };
}
