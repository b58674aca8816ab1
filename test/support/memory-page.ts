import { COUNTED_UP_TO, type Page, type PageRequest } from '../../src/records/page.ts';

type Value = number | string;

/** What a list is sorted by: the values that a row has, then its SID. */
export interface MemoryOrder<T> {
  readonly by: (row: T) => readonly Value[];
  /** Newest first unless told otherwise. */
  readonly direction?: 'asc' | 'desc';
}

/** One page of a list in memory. A page by key begins behind where the key sorts, whether that row is still there or not. */
export function pageOf<T extends { readonly sid: string }>(
  rows: readonly T[],
  { page, pageSize, key }: PageRequest,
  { by, direction = 'desc' }: MemoryOrder<T>,
): Page<T> {
  const valuesOf = (row: T) => [...by(row), row.sid];
  const compare = (a: readonly Value[], b: readonly Value[]) =>
    direction === 'desc' ? compared(b, a) : compared(a, b);
  const sorted = rows.toSorted((a, b) => compare(valuesOf(a), valuesOf(b)));
  const after = key === undefined ? undefined : valuesIn(key);
  const rest = after === undefined ? sorted : sorted.filter((row) => compare(valuesOf(row), after) > 0);
  const start = key === undefined ? page * pageSize : 0;
  const items = rest.slice(start, start + pageSize);
  const last = start + pageSize < rest.length ? items.at(-1) : undefined;
  return {
    items,
    total: rows.length > COUNTED_UP_TO ? undefined : rows.length,
    nextKey: last === undefined ? undefined : keyOf(valuesOf(last)),
  };
}

/** Whether a time is in a range; without a range every one is, also none. */
export function isIn(
  time: number | undefined,
  from: number | undefined,
  before: number | undefined,
): boolean {
  if (from === undefined && before === undefined) return true;
  return time !== undefined && time >= (from ?? -Infinity) && time < (before ?? Infinity);
}

function compared(a: readonly Value[], b: readonly Value[]): number {
  for (const [index, one] of a.entries()) {
    const other = b[index] ?? '';
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}

function keyOf(values: readonly Value[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** A key that somebody made up is no mistake: the page begins wherever it happens to sort. */
function valuesIn(key: string): readonly Value[] {
  try {
    return JSON.parse(Buffer.from(key, 'base64url').toString()) as readonly Value[];
  } catch {
    return [];
  }
}
