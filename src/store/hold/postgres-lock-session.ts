import pg from 'pg';
import type { Clock } from '../../concurrency/clock.ts';
import type { Holder } from './holder.ts';

/** Together with the schema's name it identifies the lock, so that installations in different schemas do not collide. */
const LOCK_SPACE = 0x4c47574b;
const ANSWER_MS = 5_000;
const FAREWELL_MS = 1_000;
/** How many bytes of a session's name PostgreSQL keeps. */
const NAME_BYTES = 63;

const LOCK = `select pg_try_advisory_lock(${LOCK_SPACE}, hashtext(current_schema())) as locked`;
const UNLOCK = `select pg_advisory_unlock(${LOCK_SPACE}, hashtext(current_schema()))`;
/** Held by all nodes of a cluster at once: it shuts out only a Legwork that wants the database for itself. */
const LOCK_SHARED = `select pg_try_advisory_lock_shared(${LOCK_SPACE}, hashtext(current_schema())) as locked`;
/** The holder is read from its session's name, which every user of the server may see. */
const HOLDER = `select a.application_name as name from pg_locks l join pg_stat_activity a on a.pid = l.pid
  where l.locktype = 'advisory' and l.granted and l.classid = ${LOCK_SPACE} and l.objsubid = 2
    and l.objid = (hashtext(current_schema())::bigint & 4294967295)::oid
    and l.database = (select oid from pg_database where datname = current_database())`;
const SERVER_AGE = 'select extract(epoch from now() - pg_postmaster_start_time())::float8 as age';
/** A machine that is gone is noticed within about ten seconds; a session is not ended for being idle. */
const SETTINGS = `select set_config(s.name, w.value, false) from pg_settings s join (values
  ('tcp_keepalives_idle', '4'), ('tcp_keepalives_interval', '2'), ('tcp_keepalives_count', '3'),
  ('idle_session_timeout', '0')) as w (name, value) on w.name = s.name`;

/** A session of its own on the server, which may hold the installation's lock. */
export class PostgresLockSession {
  readonly #client: pg.Client;
  readonly #clock: Clock;
  readonly #isShared: boolean;
  readonly #broken = new AbortController();

  private constructor(client: pg.Client, clock: Clock, isShared: boolean) {
    this.#client = client;
    this.#clock = clock;
    this.#isShared = isShared;
    client.on('error', () => this.#broken.abort());
    client.on('end', () => this.#broken.abort());
  }

  static async open(url: string, self: Holder, clock: Clock, isShared = false): Promise<PostgresLockSession> {
    const client = new pg.Client({
      connectionString: url,
      application_name: nameOf(self),
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
    });
    const session = new PostgresLockSession(client, clock, isShared);
    try {
      await client.connect();
      await client.query(SETTINGS);
    } catch (error) {
      await session.close();
      throw error;
    }
    return session;
  }

  /** Aborts when the connection is lost. */
  get broken(): AbortSignal {
    return this.#broken.signal;
  }

  /** True when the lock is this session's now. */
  async lock(): Promise<boolean> {
    return (
      (await this.#row<{ readonly locked: boolean }>(this.#isShared ? LOCK_SHARED : LOCK))?.locked === true
    );
  }

  async unlock(): Promise<void> {
    await this.#client.query(UNLOCK);
  }

  /** Who has the lock; undefined when nobody has it, or something that is not a Legwork. */
  async holder(): Promise<Holder | undefined> {
    const row = await this.#row<{ readonly name: string }>(HOLDER);
    const [, pid, since, host] = /^legwork (\d+) (\d+) (.*)$/.exec(row?.name ?? '') ?? [];
    return host === undefined ? undefined : { pid: Number(pid), host, since: Number(since) };
  }

  async serverAgeS(): Promise<number> {
    return (await this.#row<{ readonly age: number }>(SERVER_AGE))?.age ?? 0;
  }

  async isAlive(): Promise<boolean> {
    return await this.#client.query('select 1').then(
      () => true,
      () => false,
    );
  }

  /** Ends the session, without waiting long for a server that does not answer. */
  async close(): Promise<void> {
    const ended = new AbortController();
    void this.#client
      .end()
      .catch(() => undefined)
      .then(() => ended.abort());
    await this.#clock.sleep(FAREWELL_MS, ended.signal);
  }

  async #row<T extends pg.QueryResultRow>(sql: string): Promise<T | undefined> {
    const { rows } = await this.#client.query<T>(sql);
    return rows[0];
  }
}

/** Whether both are the same process; only the beginning of a long host name is compared. */
export function isSameHolder(one: Holder, other: Holder): boolean {
  return nameOf(one) === nameOf(other);
}

function nameOf({ pid, host, since }: Holder): string {
  return `legwork ${pid} ${since} ${host}`.slice(0, NAME_BYTES);
}
