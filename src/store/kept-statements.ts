import SqliteClient from 'knex/lib/dialects/sqlite3/index.js';

/** Of a connection; the product has some dozens of texts, and lists of ids of different lengths. */
const KEPT = 100;
/** A longer text is built for its occasion, and does not come again. */
const LONGEST = 4_000;

/** What a statement tells of the rows that it has written. */
interface Written {
  readonly lastID?: number;
  readonly changes?: number;
}

/** A `Statement` of the sqlite3 package. */
interface Statement {
  run(values: unknown, done: Done): void;
  all(values: unknown, done: Done): void;
  finalize(done: () => void): void;
}

/** A `Database` of the sqlite3 package. */
interface Connection {
  prepare(sql: string, done: (error: Error | null) => void): Statement;
}

/** By connection, the statement that was used last at the end. A transaction of knex has the client for its prototype, so this is not a field of it. */
const KEPT_OF = new WeakMap<Connection, Map<string, Statement>>();

type Done = (this: Written, error: Error | null, rows?: readonly unknown[]) => void;

/** What knex asks to be run; the result is written into it. */
interface Query {
  readonly sql: string;
  readonly bindings?: readonly unknown[];
  readonly method?: string;
  readonly returning?: unknown;
  response?: unknown;
  context?: unknown;
}

/**
 * knex's client for SQLite, with statements that are prepared once for each connection instead of at each use: the text
 * is not parsed again, and no object is made and given up for it.
 */
export class SqliteWithKeptStatements extends SqliteClient {
  override async _query(connection: Connection, query: Query): Promise<unknown> {
    const method = methodOf(query);
    if (method === undefined) return await super._query(connection, query);
    const statement = await prepared(connection, query.sql);
    return await new Promise((resolve, reject) => {
      statement[method](query.bindings ?? [], function (error, rows) {
        if (error !== null) return reject(error);
        query.response = rows;
        query.context = { lastID: this.lastID, changes: this.changes };
        resolve(query);
      });
    });
  }

  /** A connection with statements cannot be closed. */
  override async destroyRawConnection(connection: Connection): Promise<void> {
    const statements = KEPT_OF.get(connection)?.values() ?? [];
    KEPT_OF.delete(connection);
    for (const statement of statements) await finalized(statement);
    await super.destroyRawConnection(connection);
  }
}

async function prepared(connection: Connection, sql: string): Promise<Statement> {
  const kept = KEPT_OF.get(connection) ?? new Map<string, Statement>();
  KEPT_OF.set(connection, kept);
  const known = kept.get(sql);
  const statement = known ?? (await prepare(connection, sql));
  // The one that was used last stands last.
  kept.delete(sql);
  kept.set(sql, statement);
  const [oldest] = kept;
  if (kept.size > KEPT && oldest !== undefined) {
    kept.delete(oldest[0]);
    await finalized(oldest[1]);
  }
  return statement;
}

/** How a kept statement is run; undefined for one that is prepared for this use alone. */
function methodOf({ sql, method, returning }: Query): 'run' | 'all' | undefined {
  if (sql.length > LONGEST) return undefined;
  const writes = method === 'insert' || method === 'update' || method === 'del' || method === 'counter';
  if (!writes) return 'all';
  // `run` stops at the first row that a statement returns, and a kept one would go on holding its lock.
  return returning === undefined && !/\breturning\b/i.test(sql) ? 'run' : undefined;
}

function prepare(connection: Connection, sql: string): Promise<Statement> {
  return new Promise((resolve, reject) => {
    const statement = connection.prepare(sql, (error) => {
      if (error === null) resolve(statement);
      else reject(error);
    });
  });
}

function finalized(statement: Statement): Promise<void> {
  return new Promise((resolve) => {
    statement.finalize(resolve);
  });
}
