/** The entry asks for something that the tables cannot hold, for example a position of a call that is not there. */
export class EntryError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EntryError';
  }
}

/** The database's file was removed or replaced: what is written to it is lost when this process ends. */
export class DatabaseGoneError extends Error {
  constructor() {
    super('The file of the database was removed or replaced');
    this.name = 'DatabaseGoneError';
  }
}

/** SQLite's result codes that are about the statement, not about the file, the disk or another process. */
const SQLITE_REFUSALS = new Set([
  'SQLITE_ERROR',
  'SQLITE_CONSTRAINT',
  'SQLITE_MISMATCH',
  'SQLITE_TOOBIG',
  'SQLITE_RANGE',
]);

/** Classes of SQLSTATE that are about the statement: cardinality, data, constraint, syntax, not supported, too complex. */
const POSTGRES_REFUSALS = new Set(['21', '22', '23', '42', '0A', '54']);

/**
 * Tells whether the database refuses this very write, so that a repeat would fail as well. Everything else
 * (locked, full, gone, shutting down, deadlock) may pass.
 */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  const code = codeOf(error);
  if (code !== undefined) {
    return SQLITE_REFUSALS.has(code) || (code.length === 5 && POSTGRES_REFUSALS.has(code.slice(0, 2)));
  }
  // pg and knex report lost connections and timeouts as plain errors; what our own code throws has a class.
  return error.constructor !== Error && error.name !== 'KnexTimeoutError';
}

/** The driver's or the system's code of an error, for example `SQLITE_FULL`, `57P01` or `ECONNREFUSED`. */
export function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** PostgreSQL's detail repeats the row that it refuses, which may hold a token; errors end in logs. */
export function withoutValues(error: unknown): unknown {
  if (error instanceof Error && 'detail' in error) error.detail = undefined;
  return error;
}

const LONGEST_REASON = 200;

/** The database's own words, for the log: knex puts the whole statement in front of them. */
export function reasonOf(error: unknown): { readonly code?: string; readonly reason: string } {
  const reason = (error instanceof Error ? error.message : String(error)).slice(-LONGEST_REASON);
  const code = codeOf(error);
  return { ...(code === undefined ? {} : { code }), reason };
}
