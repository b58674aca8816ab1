import type { Knex } from 'knex';
import { COUNTED_UP_TO, type Page, type PageRequest } from '../call/repositories.ts';

/** What a list is sorted by, newest first: a time, then the SID, which no two rows share. */
export interface ListOrder {
  readonly column: string;
}

interface SidRow {
  readonly sid: string;
}

/**
 * One page of what `query` finds (all its conditions, no order). A page by key begins behind the row that the
 * key names, so it costs the same anywhere and rows that come meanwhile do not shift it.
 */
export async function readPage<R extends SidRow, T>(
  query: Knex.QueryBuilder,
  order: ListOrder,
  request: PageRequest,
  toItem: (row: R) => T,
): Promise<Page<T>> {
  const { column } = order;
  const page = query
    .clone()
    .select('*')
    .orderBy([
      { column, order: 'desc' },
      { column: 'sid', order: 'desc' },
    ])
    .limit(request.pageSize + 1);
  const after = request.key === undefined ? undefined : parseKey(request.key);
  if (after !== undefined) void page.whereRaw(`(${column}, sid) < (?, ?)`, after);
  else void page.offset(request.page * request.pageSize);
  const [rows, total] = await Promise.all([page as Promise<R[]>, countUpTo(query)]);
  const items = rows.slice(0, request.pageSize);
  const last = rows.length > request.pageSize ? items.at(-1) : undefined;
  return {
    items: items.map(toItem),
    total,
    nextKey: last === undefined ? undefined : `${String(last[column as keyof R])}_${last.sid}`,
  };
}

/** Counts what matches, but never more than are promised exactly: the cost has a limit. */
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

/** A key that somebody made up begins behind everything or at the beginning, as it falls; it is no error. */
function parseKey(key: string): readonly [number, string] {
  const separator = key.indexOf('_');
  const time = Number(key.slice(0, Math.max(separator, 0)));
  return [Number.isSafeInteger(time) ? time : 0, key.slice(separator + 1)];
}
