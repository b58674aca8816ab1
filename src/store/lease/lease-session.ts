import pg from 'pg';
import type { Clock } from '../../concurrency/clock.ts';
import { Serial } from '../../concurrency/serial.ts';
import { LEASE_TIMES } from './lease-rules.ts';

const FAREWELL_MS = 1_000;
/** A statement that waits for a lock gives up before we do, so that it does not go through when nobody waits for it. */
const SETTINGS = `select set_config('lock_timeout', '${LEASE_TIMES.renewWithinMs - 100}', false),
  set_config('statement_timeout', '${LEASE_TIMES.renewWithinMs - 100}', false)`;
const INT8 = 20;

/**
 * A connection of its own, past every pool: a renewal must not wait behind other work. What does not answer in time
 * breaks the connection, and the next statement makes another one.
 */
export class LeaseSession {
  readonly #url: string;
  readonly #name: string;
  readonly #clock: Clock;
  #client: pg.Client | undefined;
  readonly #turns = new Serial();
  #isClosed = false;

  constructor(url: string, name: string, clock: Clock) {
    this.#url = url;
    this.#name = name;
    this.#clock = clock;
  }

  /** Runs one statement, one after the other. Rejects when it was not answered in time; then nobody knows whether it was carried out. */
  query<T extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<readonly T[]> {
    return this.#turns.run(() => this.#query<T>(sql, values));
  }

  async #query<T extends pg.QueryResultRow>(sql: string, values: readonly unknown[]): Promise<readonly T[]> {
    const client = await this.#connected();
    try {
      return (await client.query<T>(sql, [...values])).rows;
    } catch (error) {
      // PostgreSQL's own refusals leave the connection usable.
      if (!(error instanceof pg.DatabaseError)) this.#forget(client);
      throw error;
    }
  }

  /** Ends it, without waiting long for a server that does not answer. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const client = this.#client;
    this.#client = undefined;
    if (client === undefined) return;
    const ended = new AbortController();
    void client
      .end()
      .catch(() => undefined)
      .then(() => ended.abort());
    await this.#clock.sleep(FAREWELL_MS, ended.signal);
  }

  async #connected(): Promise<pg.Client> {
    if (this.#isClosed) throw new Error('The connection was closed');
    if (this.#client !== undefined) return this.#client;
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: this.#name,
      connectionTimeoutMillis: LEASE_TIMES.renewWithinMs,
      query_timeout: LEASE_TIMES.renewWithinMs,
      keepAlive: true,
      types: { getTypeParser: parserOf },
    });
    client.on('error', () => this.#forget(client));
    client.on('end', () => this.#forget(client));
    await client.connect();
    await client.query(SETTINGS);
    this.#client = client;
    return client;
  }

  #forget(client: pg.Client): void {
    if (this.#client === client) this.#client = undefined;
    void client.end().catch(() => undefined);
  }
}

/** Times and counts are bigint; all of ours fit into a number exactly. */
function parserOf(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === INT8 && format !== 'binary') return Number;
  return pg.types.getTypeParser(oid, format as 'text') as (text: string) => unknown;
}
