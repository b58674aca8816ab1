import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { defaultCacheFolder } from '../../src/config.ts';
import { ensurePackages } from '../../src/bundled-asterisk/debian/debian-packages.ts';
import { TEST_PACKAGES } from '../../src/bundled-asterisk/debian/package-sets.ts';
import { startPostgresServer } from '../../src/main/local-cluster/postgres-server.ts';
import { ownPort } from './own-ports.ts';

/** A database server of a test's own. */
export interface PrivatePostgres {
  readonly url: string;
  /** Of the server, which has a process for each connection below it. */
  readonly pid: number;
  /** Stops it, as an upgrade does, and starts it on the same data when `meanwhile` is done. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

const SETTINGS = ['max_connections=50'];
/** Test data may be lost with the machine. */
const NOT_DURABLE = ['fsync=off', 'full_page_writes=off', 'synchronous_commit=off'];

/** Starts an empty PostgreSQL in a temp folder, on a free loopback port; a durable one writes as in production. */
export async function startPostgres({ durable = false } = {}): Promise<PrivatePostgres> {
  const progress = (line: string) => console.log(line);
  const packages = await ensurePackages(TEST_PACKAGES, {
    cacheFolder: defaultCacheFolder(),
    clock: systemClock,
    progress,
  });
  const folder = await mkdtemp(join(tmpdir(), 'legwork-postgres-'));
  const settings = durable ? SETTINGS : [...SETTINGS, ...NOT_DURABLE];
  const options = { packages, folder, port: await ownPort(), settings, clock: systemClock };
  const start = () => startPostgresServer(options);
  let server = await start();
  return {
    url: server.url,
    get pid() {
      return server.pid;
    },
    async restart(meanwhile) {
      await server.stop();
      await meanwhile?.();
      server = await start();
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
