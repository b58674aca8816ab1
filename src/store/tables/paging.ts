import type { Knex } from 'knex';
import { COUNTED_UP_TO, type Page, type PageRequest } from '../../records/page.ts';

/** What a list is sorted by: a column that is never null, then another one, then the SID, which no two rows share. */
export interface ListOrder {
  readonly column: string;
  readonly then?: string;
  /** Newest first unless told otherwise. */
  readonly direction?: 'asc' | 'desc';
}

/** The sort columns that hold text. */
const TEXT_COLUMNS = new Set(['from_party', 'to_party', 'status']);

interface SidRow {
  readonly sid: string;
}

/**
 * One page of what `query` finds (all its conditions, no order). A page by key begins after the row that the key
 * names, so it costs the same anywhere and new rows do not shift it.
 */
export async function readPage<R extends SidRow, T>(
  query: Knex.QueryBuilder,
  order: ListOrder,
  request: PageRequest,
  toItem: (row: R) => T,
): Promise<Page<T>> {
  const { column, then, direction = 'desc' } = order;
  const columns = then === undefined ? [column, 'sid'] : [column, then, 'sid'];
  const page = query
    .clone()
    .select('*')
    .orderBy(columns.map((name) => ({ column: name, order: direction })))
    .limit(request.pageSize + 1);
  const after = request.key === undefined ? undefined : parseKey(request.key, order);
  if (after !== undefined) {
    const marks = columns.map(() => '?').join(', ');
    void page.whereRaw(`(${columns.join(', ')}) ${direction === 'desc' ? '<' : '>'} (${marks})`, after);
  } else void page.offset(request.page * request.pageSize);
  // One after the other: a list takes one connection, whose others are for calls.
  const rows = (await page) as R[];
  const total = await countUpTo(query);
  const items = rows.slice(0, request.pageSize);
  const last = rows.length > request.pageSize ? items.at(-1) : undefined;
  return {
    items: items.map(toItem),
    total,
    nextKey: last === undefined ? undefined : keyOf(columns.map((name) => last[name as keyof R])),
  };
}

/** Counts what matches, but only up to COUNTED_UP_TO, which limits the cost; undefined beyond. */
async function countUpTo(query: Knex.QueryBuilder): Promise<number | undefined> {
  const some = query
    .clone()
    .clearSelect()
    .select('sid')
    .limit(COUNTED_UP_TO + 1);
  const [row] = (await query.client.queryBuilder().count({ count: '*' }).from(some.as('some'))) as [
    { readonly count: number },
  ];
  return row.count > COUNTED_UP_TO ? undefined : row.count;
}

/** Values of columns as text that can be part of a URL. */
function keyOf(values: readonly unknown[]): string {
  const [first, ...rest] = values;
  if (typeof first === 'number') return [first, ...rest].join('_');
  return [Buffer.from(String(first)).toString('base64url').replaceAll('_', '~'), ...rest].join('_');
}

/** A key that somebody made up is not an error: the page begins wherever it happens to sort. */
function parseKey(key: string, { then, column }: ListOrder): readonly (number | string)[] {
  const [first = '', ...rest] = key.split('_');
  const value = TEXT_COLUMNS.has(column) ? decoded(first) : number(first);
  return then === undefined
    ? [value, rest.join('_')]
    : [value, number(rest[0] ?? ''), rest.slice(1).join('_')];
}

function decoded(part: string): string {
  // PostgreSQL's text cannot hold U+0000.
  return Buffer.from(part.replaceAll('~', '_'), 'base64url').toString().replaceAll('\0', '');
}

function number(part: string): number {
  const value = Number(part);
  return Number.isSafeInteger(value) ? value : 0;
}
