import { statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import knexModule, { type Knex } from 'knex';
import pg from 'pg';
import type { Dialect } from './dialect.ts';
import { SqliteWithKeptStatements } from './kept-statements.ts';
import { migrate } from './migrate.ts';
import type { Log } from '../concurrency/log.ts';

/** Where the data is kept: a file of ours, or a PostgreSQL server (`postgres://user:password@host:port/name`). */
export type DatabaseUrl =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string };

/**
 * An open database with its tables. SQLite has one connection that writes and others that read, so that a
 * read never waits for a write transaction; with PostgreSQL both are the same pool.
 */
export interface Database {
  readonly dialect: Dialect;
  /** For the write queue alone: it runs one transaction at a time. */
  readonly writer: Knex;
  readonly reader: Knex;
  /** Whether what is written now would be lost: the file was removed, or another one put in its place. */
  isGone(): boolean;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Other nodes of a cluster use it too. */
  readonly isShared?: boolean;
}

const IDLE_IN_TRANSACTION_MS = 4_000;
/** How long SQLite waits for another process that writes into the same file. */
const BUSY_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** The server ends a statement after this time; if it is silent, we give up a little later. */
const STATEMENT_TIMEOUT_MS = 10_000;
const QUERY_TIMEOUT_MS = 12_000;
/** Two more than the API's lists use (api/http/router.ts), each of which runs one statement at a time. */
const SQLITE_READERS = 4;
const POSTGRES_CONNECTIONS = 10;
/** PostgreSQL's number for bigint, which pg gives as text unless told otherwise. */
const POSTGRES_INT8 = 20;

/**
 * Opens the database and brings its tables up to date; makes the SQLite file and its folder when missing.
 *
 * @throws DatabaseTooNewError when a newer Legwork has written it; the driver's error when it cannot be opened
 */
export async function openDatabase(
  url: DatabaseUrl,
  logger: Log,
  options: DatabaseOptions = {},
): Promise<Database> {
  if (url.kind === 'postgres') return await openPostgres(url.url, logger, options);
  await mkdir(dirname(url.path), { recursive: true });
  const writer = sqlite(url.path, 1, logger, [
    'PRAGMA journal_mode = WAL',
    // FULL: what was acknowledged survives a power cut, not only a crash of ours.
    'PRAGMA synchronous = FULL',
  ]);
  const reader = sqlite(url.path, SQLITE_READERS, logger, ['PRAGMA query_only = ON']);
  const close = () => destroyAll([reader, writer]);
  try {
    await migrate(writer, 'sqlite', logger);
  } catch (error) {
    await close();
    throw error;
  }
  return { dialect: 'sqlite', writer, reader, isGone: watchFile(url.path), close };
}

/** Watches the file, because SQLite goes on writing to one that was removed, without an error. */
function watchFile(path: string): () => boolean {
  const opened = statSync(path);
  return () => {
    // Checked before every write: the system call takes microseconds.
    const now = statSync(path, { throwIfNoEntry: false });
    return now?.ino !== opened.ino || now.dev !== opened.dev;
  };
}

async function openPostgres(
  url: string,
  logger: Log,
  { isShared = false }: DatabaseOptions,
): Promise<Database> {
  // A migration may take longer than any statement in normal operation.
  const patient = postgres(url, 1, logger, {});
  try {
    await migrate(patient, 'postgres', logger);
  } finally {
    await patient.destroy();
  }
  const pool = postgres(url, POSTGRES_CONNECTIONS, logger, {
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    // A node that was cut off in a transaction holds the lock of its switch, for which a taker waits.
    ...(isShared ? { idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS } : {}),
  });
  const close = () => destroyAll([pool]);
  return { dialect: 'postgres', writer: pool, reader: pool, isGone: () => false, close };
}

interface SqliteConnection {
  exec(sql: string, done: (error: Error | null) => void): void;
}

function sqlite(path: string, connections: number, logger: Log, pragmas: readonly string[]): Knex {
  const setUp = [`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`, 'PRAGMA foreign_keys = ON', ...pragmas].join(
    ';',
  );
  return knexModule.knex({
    client: SqliteWithKeptStatements,
    connection: { filename: path },
    useNullAsDefault: true,
    // Otherwise an error's message repeats the values, tokens among them.
    compileSqlOnError: false,
    log: knexLog(logger),
    pool: {
      min: connections,
      max: connections,
      afterCreate(
        connection: SqliteConnection,
        done: (error: Error | null, connection: SqliteConnection) => void,
      ) {
        connection.exec(setUp, (error) => done(error, connection));
      },
    },
  });
}

function postgres(url: string, connections: number, logger: Log, limits: Knex.PgConnectionConfig): Knex {
  return knexModule.knex({
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: 'legwork',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      types: { getTypeParser },
      ...limits,
    } as Knex.PgConnectionConfig,
    compileSqlOnError: false,
    log: knexLog(logger),
    acquireConnectionTimeout: CONNECT_TIMEOUT_MS,
    pool: { min: 0, max: connections },
  });
}

/** knex's own messages, which otherwise go to the console. */
function knexLog(logger: Log): Knex.Logger {
  const warn = (detail: unknown) => logger.warn({ detail }, 'The database library warns');
  const error = (detail: unknown) => logger.error({ detail }, 'The database library reports an error');
  return { warn, error, deprecate: warn, debug: () => undefined };
}

/** Times and ids are bigint; all of ours fit into a number exactly. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
  if (oid === POSTGRES_INT8 && format !== 'binary') return Number;
  return pg.types.getTypeParser(oid, format as 'text');
}

async function destroyAll(pools: readonly Knex[]): Promise<void> {
  for (const pool of pools) await pool.destroy();
}
