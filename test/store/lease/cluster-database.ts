import { systemClock } from '../../../src/clock.ts';
import { type Database, openDatabase } from '../../../src/store/database.ts';
import { LeaseSession } from '../../../src/store/lease/lease-session.ts';
import { type ClusterNode, describeSwitch } from '../../../src/store/lease/lease-table.ts';
import { sayState, takeName } from '../../../src/store/lease/node-name.ts';
import { emptyDatabase, quiet } from '../both-databases.ts';

/** A database of a cluster, empty before each test, with a session on it. */
export interface ClusterDatabase {
  readonly url: string;
  readonly database: Database;
  readonly session: LeaseSession;
}

const TABLES = [
  'nodes',
  'switches',
  'journal',
  'callback_lines',
  'callbacks',
  'call_events',
  'participants',
  'conferences',
  'queue_members',
  'queues',
  'recordings',
  'calls',
];
const START_MS = 300_000;

/** Declares tests on a PostgreSQL that several nodes share. */
export function onClusterDatabase(title: string, tests: (the: () => ClusterDatabase) => void): void {
  describe(title, () => {
    let current: ClusterDatabase | undefined;
    before(async function () {
      this.timeout(START_MS);
      const { url } = await emptyDatabase('postgres');
      if (url.kind !== 'postgres') throw new Error('unreachable');
      const database = await openDatabase(url, quiet, { isShared: true });
      current = { url: url.url, database, session: new LeaseSession(url.url, 'test', systemClock) };
    });
    beforeEach(async () => {
      for (const table of TABLES) await current?.database.writer(table).del();
    });
    after(async () => {
      await current?.session.close();
      await current?.database.close();
    });
    tests(() => {
      if (current === undefined) throw new Error('The database is not open yet');
      return current;
    });
  });
}

export function nodeOf(
  name: string,
  changes: Partial<ClusterNode> = {},
): Omit<ClusterNode, 'renewals' | 'state'> {
  return {
    name,
    instance: `${name}-1`,
    host: 'here',
    pid: 1,
    url: `http://${name}`,
    version: '0',
    ...changes,
  };
}

/** A node that is up, and its switch, which nobody holds. */
export async function nodeWithSwitch(session: LeaseSession, name: string): Promise<void> {
  const node = nodeOf(name);
  await takeName(session, node, { clock: systemClock, isRunning: () => true, waiting: () => undefined });
  await sayState(session, node, 'up');
  await describeSwitch(session, {
    id: name,
    ariUrl: `http://${name}:8088`,
    ariUsername: 'u',
    ariPassword: 'sealed',
    sipAddress: `${name}:5060`,
    settings: '{}',
  });
}
