import pg from 'pg';
import type { ClientStatus } from '../call/sip-status.ts';
import type { Clock } from '../concurrency/clock.ts';
import type { Database } from './database.ts';
import { rowsOf } from './rows.ts';

const ASK_EACH_MS = 1_000;

/** Where phones are that are registered at the proxy in front of a cluster, as it writes them down. */
export class ProxyRegistrations {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async clientStatus(login: string): Promise<ClientStatus> {
    const rows = rowsOf<{ contact: string }>(
      await this.#database.reader.raw(
        `select contact from kamailio_location where username = ? and expires > now() at time zone 'utc' order by id`,
        [login.toLowerCase()],
      ),
    );
    return { registered: rows.length > 0, contacts: rows.map(({ contact }) => contact) };
  }

  /** The logins of all clients that have a phone there. */
  async registered(): Promise<ReadonlySet<string>> {
    const rows = rowsOf<{ username: string }>(
      await this.#database.reader.raw(
        `select distinct username from kamailio_location where expires > now() at time zone 'utc'`,
      ),
    );
    return new Set(rows.map(({ username }) => username));
  }

  /** A client that was removed or disabled is at home nowhere. */
  async remove(login: string): Promise<void> {
    await this.#database.writer.raw('delete from kamailio_location where username = ?', [
      login.toLowerCase(),
    ]);
  }
}

/**
 * Waits until a node has made the tables and views that Kamailio uses, or the signal aborts; `waiting` is called once if it
 * must wait.
 */
export async function proxyTables(
  url: string,
  {
    clock,
    signal,
    waiting,
  }: {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly waiting: (why: string) => void;
  },
): Promise<void> {
  for (let told = false; !signal.aborted; told = true) {
    const problem = await missing(url);
    if (problem === undefined) return;
    if (!told) waiting(problem);
    await clock.sleep(ASK_EACH_MS, signal);
  }
}

async function missing(url: string): Promise<string | undefined> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ made: boolean }>(
      `select to_regclass('kamailio_dispatchers') is not null as made`,
    );
    return rows[0]?.made === true ? undefined : 'no node has started on this database yet';
  } catch (error) {
    return `the database cannot be reached (${error instanceof Error ? error.message : String(error)})`;
  } finally {
    await client.end().catch(() => undefined);
  }
}
