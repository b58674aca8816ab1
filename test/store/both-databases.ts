import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import knexModule from 'knex';
import { type Database, type DatabaseUrl, openDatabase } from '../../src/store/database.ts';
import { type Store, storeOn } from '../../src/store/store.ts';
import { atEndOfRun } from '../support/end-of-run.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type PrivatePostgres, startPostgres } from '../support/postgres.ts';
import { quiet } from '../support/quiet-log.ts';

const POSTGRES_START_MS = 300_000;

export { quiet };

/** A database of a suite's own; it is empty before each test, and the store on it is new. */
export interface TestStore {
  readonly url: DatabaseUrl;
  readonly database: Database;
  readonly store: Store;
  readonly clock: FakeClock;
}

/** The same database, with some methods of its writer replaced; closing it does nothing. */
export function withWriter(database: Database, replaced: Readonly<Record<string, unknown>>): Database {
  const writer = new Proxy(database.writer, {
    get: (target, name) => replaced[String(name)] ?? Reflect.get(target, name),
  });
  return { ...database, writer, close: () => Promise.resolve() };
}

const TABLES = [
  'callback_attempts',
  'callback_lines',
  'callbacks',
  'notifications',
  'call_events',
  'recordings',
  'participants',
  'conferences',
  'queue_members',
  'queues',
  'calls',
  'sip_trunks',
  'applications',
  'clients',
  'incoming_phone_numbers',
  'installation_settings',
  'accounts',
  'journal_writers',
  'journal',
  'journal_rejected',
  'console_sessions',
  'problem_marks',
  'jobs',
  'job_portions',
];

let postgres: Promise<PrivatePostgres> | undefined;
let databases = 0;

atEndOfRun(async () => {
  if (postgres !== undefined) await (await postgres).stop();
});

/** Runs the same tests on SQLite and on PostgreSQL. `the` gives what belongs to the running suite. */
export function describeOnBoth(
  title: string,
  tests: (the: () => TestStore, dialect: DatabaseUrl['kind']) => void,
): void {
  for (const dialect of ['sqlite', 'postgres'] as const) {
    describe(`${title} (${dialect})`, () => {
      let current: TestStore | undefined;
      let url: DatabaseUrl;
      let database: Database;
      let removeDatabase: () => Promise<void>;

      before(async function () {
        this.timeout(POSTGRES_START_MS);
        const made = await suiteDatabase(dialect);
        removeDatabase = made.remove;
        url = made.url;
        database = await openDatabase(url, quiet);
      });
      beforeEach(async () => {
        await database.writer.transaction(async (trx) => {
          for (const table of TABLES) await trx(table).del();
        });
        const clock = new FakeClock();
        const options = { clock, logger: quiet, owner: 'legwork-1', asteriskId: 'asterisk-1' };
        current = { url, database, store: await storeOn(database, options), clock };
      });
      after(async () => {
        await current?.store.close();
        await removeDatabase();
      });

      tests(() => {
        if (current === undefined) throw new Error('The database is not open yet');
        return current;
      }, dialect);
    });
  }
}

/** PostgreSQL takes long to make a database: one serves all suites, which run one after the other. */
let shared: ReturnType<typeof emptyDatabase> | undefined;

async function suiteDatabase(dialect: DatabaseUrl['kind']): ReturnType<typeof emptyDatabase> {
  if (dialect === 'sqlite') return await emptyDatabase(dialect);
  shared ??= emptyDatabase(dialect);
  return await shared;
}

/** A new database without tables, of which the suite disposes. */
export async function emptyDatabase(
  dialect: DatabaseUrl['kind'],
): Promise<{ readonly url: DatabaseUrl; readonly remove: () => Promise<void> }> {
  if (dialect === 'sqlite') {
    const folder = await mkdtemp(join(tmpdir(), 'legwork-store-'));
    return {
      url: { kind: 'sqlite', path: join(folder, 'legwork.db') },
      remove: () => rm(folder, { recursive: true }),
    };
  }
  postgres ??= startPostgres();
  const { url } = await postgres;
  const name = `store_${(databases += 1)}`;
  const server = knexModule.knex({ client: 'pg', connection: url });
  try {
    await server.raw(`create database ${name}`);
  } finally {
    await server.destroy();
  }
  const own = new URL(url);
  own.pathname = `/${name}`;
  return { url: { kind: 'postgres', url: own.href }, remove: () => Promise.resolve() };
}
