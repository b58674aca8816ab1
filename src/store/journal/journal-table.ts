import type { Knex } from 'knex';
import type { JournalEntry } from '../../call/journal-store.ts';
import { LEASE_ROW, LeaseLostError, leaseValues, ofSwitch, type SwitchScope } from '../lease/scope.ts';
import { fromJson, insertRows, marks, portions, type Row, rowsOf, storable } from '../rows.ts';

/** Where an entry stands in the journal: every start has an epoch of its own, in which its entries are numbered. */
export interface JournalKey {
  readonly epoch: string;
  readonly number: number;
}

export interface JournalRow extends JournalKey {
  /** What `entryText` has made. */
  readonly text: string;
}

/** An entry as it was committed. */
export interface CommittedEntry {
  readonly entry: JournalEntry;
  /** The entry's position as JSON; null removes it. */
  readonly position: string | null | undefined;
  readonly at: number;
}

/** An entry with its place in the journal. */
export interface NumberedEntry extends CommittedEntry {
  readonly key: JournalKey;
}

/** The entry as the journal keeps it. */
export function entryText({ entry, position, at }: CommittedEntry): string {
  const { position: _, ...rest } = entry;
  // The position is JSON already, and long.
  const tail = position === undefined ? '' : `,"position":${position}`;
  return `{"at":${at},"entry":${JSON.stringify(rest)}${tail}}`;
}

/** What `entryText` was made from. @throws SyntaxError */
export function readEntryText(text: string): CommittedEntry {
  const { at, entry, position } = fromJson<{
    readonly at: number;
    readonly entry: JournalEntry;
    readonly position?: unknown;
  }>(text);
  if (position === undefined) return { entry, at, position };
  return { entry, at, position: position === null ? null : JSON.stringify(position) };
}

/** Adds rows; one that is there already is left as it is. */
export async function appendRows(knex: Knex, rows: readonly JournalRow[]): Promise<void> {
  const columns = rows.map(({ epoch, number, text }): Row => ({ epoch, number, entry: text }));
  await insertRows(knex, 'journal', columns, 'on conflict do nothing');
}

/**
 * Adds rows of one switch under its lease, which the same statement checks; one that is there already is left as it is.
 *
 * @throws LeaseLostError
 */
export async function appendRowsOf(
  scope: SwitchScope,
  knex: Knex,
  rows: readonly JournalRow[],
): Promise<void> {
  for (const some of portions(rows, 3)) {
    const values = some.map(() => '(?::text, ?::bigint, ?::text)').join(', ');
    const held: unknown = await knex.raw(
      `with held as materialized (${LEASE_ROW}), written as (
         insert into journal (switch_id, epoch, number, entry)
         select ?, v.epoch, v.number, v.entry from held, (values ${values}) as v (epoch, number, entry)
         on conflict do nothing)
       select count(*) as count from held`,
      [
        ...leaseValues(scope),
        scope.switchId,
        ...some.flatMap(({ epoch, number, text }) => [epoch, number, storable(text)]),
      ] as (string | number)[],
    );
    if (rowsOf<{ readonly count: number }>(held)[0]?.count !== 1) throw new LeaseLostError(scope.switchId);
  }
}

/** The epoch of a switch's entries: those of a later one come after those of an earlier one in any order of texts. */
export function epochName({ switchId, epoch }: Pick<SwitchScope, 'switchId' | 'epoch'>): string {
  return `${switchId}/${String(epoch).padStart(12, '0')}`;
}

/** The first rows after this one, in order; those of one switch, in a cluster. */
export async function rowsAfter(
  knex: Knex,
  after: JournalKey | undefined,
  most: number,
  switchId?: string,
): Promise<readonly JournalRow[]> {
  const { epoch, number } = after ?? { epoch: '', number: 0 };
  const { sql, values } = ofSwitch(switchId);
  return rowsOf(
    await knex.raw(
      `select epoch, number, entry as text from journal where (epoch, number) > (?, ?)${sql}
       order by epoch, number limit ?`,
      [epoch, number, ...values, most],
    ),
  );
}

/** Removes rows, and gives those that were there: of two processes that remove the same one, only one gets it. */
export async function removeRows<T extends { readonly key: JournalKey }>(
  trx: Knex.Transaction,
  rows: readonly T[],
): Promise<readonly T[]> {
  const removed = new Set<string>();
  for (const epoch of new Set(rows.map(({ key }) => key.epoch))) {
    const numbers = rows.filter(({ key }) => key.epoch === epoch).map(({ key }) => key.number);
    const result: unknown = await trx.raw(
      `delete from journal where epoch = ? and number in (${marks(numbers.length)}) returning number`,
      [epoch, ...numbers],
    );
    for (const { number } of rowsOf<{ readonly number: number }>(result)) removed.add(`${epoch} ${number}`);
  }
  return rows.filter(({ key }) => removed.has(`${key.epoch} ${key.number}`));
}

/** Puts a row aside that the tables do not take. */
export async function rejectRow(
  trx: Knex.Transaction,
  key: JournalKey,
  rejected: { readonly at: number; readonly reason: string },
): Promise<void> {
  await trx.raw(
    `insert into journal_rejected (epoch, number, entry, rejected_at, reason)
     select epoch, number, entry, cast(? as bigint), ? from journal where epoch = ? and number = ?`,
    [rejected.at, rejected.reason, key.epoch, key.number],
  );
  await removeRows(trx, [{ key }]);
}

/** How many rows were put aside. */
export async function rejectedRows(knex: Knex): Promise<number> {
  const [row] = rowsOf<{ readonly count: number }>(
    await knex.raw('select count(*) as count from journal_rejected'),
  );
  return row?.count ?? 0;
}
