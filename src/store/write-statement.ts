import type { Knex } from 'knex';
import type { Database } from './database.ts';
import { codeOf, DatabaseGoneError, isRefusal, withoutValues } from './write-failure.ts';
import type { WriteResult } from './write-transaction.ts';

/** Shutdown and crash of PostgreSQL's server, which may come after it has committed. */
const POSTGRES_CUT = '57P';
/** Of the system's errors, those of a connection that was never made. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * Runs statements that may run twice without harm, each a transaction by itself. After a broken connection nobody knows
 * whether they were carried out: then they are `inDoubt`, and a repeat finds out.
 */
export async function writeStatement<T>(
  database: Database,
  work: (knex: Knex) => Promise<T>,
): Promise<WriteResult<T>> {
  if (database.isGone()) return { kind: 'unavailable', error: new DatabaseGoneError(), inDoubt: false };
  try {
    return { kind: 'written', value: await work(database.writer) };
  } catch (error) {
    if (isRefusal(error)) return { kind: 'refused', error: withoutValues(error) };
    return { kind: 'unavailable', error, inDoubt: database.dialect === 'postgres' && mayBeDone(error) };
  }
}

/** False when the server was not reached, or answered that it did not do it. */
function mayBeDone(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined) return !(error instanceof Error && error.name === 'KnexTimeoutError');
  // The system's codes begin with E, PostgreSQL's never do.
  return code.startsWith('E') ? !NOT_SENT.has(code) : code.startsWith(POSTGRES_CUT);
}
