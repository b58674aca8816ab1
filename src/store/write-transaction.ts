import type { Knex } from 'knex';
import type { Database } from './database.ts';
import { rowsOf } from './rows.ts';
import { codeOf, DatabaseGoneError, isRefusal, withoutValues } from './write-failure.ts';

/** What became of one transaction. `inDoubt`: it may have been committed nevertheless. */
export type WriteResult<T> =
  | { readonly kind: 'written'; readonly value: T }
  | { readonly kind: 'refused'; readonly error: unknown }
  | { readonly kind: 'unavailable'; readonly error: unknown; readonly inDoubt: boolean };

/** One transaction of one process; a repeat of it carries the same number. */
export interface TransactionMark {
  readonly writer: string;
  readonly batch: number;
  readonly at: number;
}

/**
 * Runs `work` in a transaction that begins by writing down its number. When the connection breaks during COMMIT nobody
 * knows whether it was committed: a repeat with `mayBeDone` then finds its own number and does nothing, so that no
 * event or callback is written twice. Writing the number also takes the write lock (SQLite), or waits until the former
 * attempt has ended (PostgreSQL).
 */
export async function writeTransaction<T>(
  database: Database,
  mark: TransactionMark,
  mayBeDone: (() => T) | undefined,
  work: (trx: Knex.Transaction) => Promise<T>,
): Promise<WriteResult<T>> {
  if (database.isGone()) return { kind: 'unavailable', error: new DatabaseGoneError(), inDoubt: false };
  let committing = false;
  let failure: unknown;
  const run = async (trx: Knex.Transaction): Promise<T> => {
    try {
      const isNew = await note(trx, mark);
      const value = isNew || mayBeDone === undefined ? await work(trx) : mayBeDone();
      committing = true;
      return value;
    } catch (error) {
      // Kept here: when ROLLBACK fails as well, knex reports only that.
      failure = error;
      throw error;
    }
  };
  try {
    return { kind: 'written', value: await database.writer.transaction(run) };
  } catch (error) {
    const cause = failure ?? error;
    const undone = committing && (await undoneBySqlite(database, cause));
    if (isRefusal(cause)) return { kind: 'refused', error: withoutValues(cause) };
    return { kind: 'unavailable', error: cause, inDoubt: committing && !undone };
  }
}

/** Writes down the number; false when it is there already. */
async function note(trx: Knex.Transaction, { writer, batch, at }: TransactionMark): Promise<boolean> {
  const result: unknown = await trx.raw(
    `insert into journal_writers (id, batch, at) values (?, ?, ?)
     on conflict (id) do update set batch = excluded.batch, at = excluded.at
     where journal_writers.batch < excluded.batch returning batch`,
    [writer, batch, at],
  );
  return rowsOf(result).length > 0;
}

/**
 * After a failed COMMIT SQLite may leave the transaction open, which would block its only connection. One that can be
 * rolled back was not committed, and one for which the disk had no room was rolled back already: no doubt is left.
 */
async function undoneBySqlite(database: Database, cause: unknown): Promise<boolean> {
  if (database.dialect !== 'sqlite') return false;
  const rolledBack = await database.writer.raw('ROLLBACK').then(
    () => true,
    () => false,
  );
  return rolledBack || codeOf(cause) === 'SQLITE_FULL';
}
