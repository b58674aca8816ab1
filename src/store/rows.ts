import type { Knex } from 'knex';

export type Cell = string | number | null;
export type Row = Readonly<Record<string, Cell>>;

/** SQLite takes 32,766 parameters in a statement, PostgreSQL 65,535. */
const MOST_PARAMETERS = 30_000;

/** Inserts rows that all have the same columns, many in one statement; `onConflict` is what follows in SQL. */
export async function insertRows(
  trx: Knex,
  table: string,
  rows: readonly Row[],
  onConflict = '',
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  for (const some of portions(rows, columns.length)) {
    await trx.raw(
      `insert into ${table} (${columns.join(', ')}) values ${placeholders(some.length, columns.length)} ${onConflict}`,
      cells(some, columns),
    );
  }
}

/** For `insertRows`: a row with this key that is there already gets the new values of these columns. */
export function onConflictChange(key: string, columns: readonly string[]): string {
  return `on conflict (${key}) do update set ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`;
}

/**
 * Changes many rows in one statement and returns the `returning` columns of those that it found. `set` and `where`
 * name the values as `v.column`; they arrive as text, so numbers need a cast.
 */
export async function updateRows<T>(
  trx: Knex,
  table: string,
  values: readonly Row[],
  change: { readonly set: string; readonly where: string; readonly returning: readonly string[] },
): Promise<readonly T[]> {
  const columns = Object.keys(values[0] ?? {});
  const found: T[] = [];
  for (const some of portions(values, columns.length)) {
    const result: unknown = await trx.raw(
      `with v (${columns.join(', ')}) as (values ${placeholders(some.length, columns.length)})
       update ${table} set ${change.set} from v where ${change.where}
       returning ${change.returning.map((column) => `${table}.${column} as ${column}`).join(', ')}`,
      cells(some, columns),
    );
    found.push(...rowsOf<T>(result));
  }
  return found;
}

/** The rows of a raw query: SQLite returns them directly, PostgreSQL inside a result. */
export function rowsOf<T>(result: unknown): readonly T[] {
  if (Array.isArray(result)) return result as T[];
  return (result as { readonly rows: readonly T[] }).rows;
}

/** Cuts a list so that each part fits into one statement's parameters. */
export function* portions<T>(items: readonly T[], parametersEach: number): Generator<readonly T[]> {
  const size = Math.max(1, Math.floor(MOST_PARAMETERS / Math.max(1, parametersEach)));
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** `?, ?, ?` for a list of values. */
export function marks(count: number): string {
  return Array.from({ length: count }, () => '?').join(', ');
}

function placeholders(rows: number, columns: number): string {
  const row = `(${marks(columns)})`;
  return Array.from({ length: rows }, () => row).join(', ');
}

function cells(rows: readonly Row[], columns: readonly string[]): Cell[] {
  return rows.flatMap((row) => columns.map((column) => storable(row[column] ?? null)));
}

/** PostgreSQL's text cannot hold U+0000, which a reply's body may well contain. */
export function storable(cell: Cell): Cell {
  return typeof cell === 'string' && cell.includes('\0') ? cell.replaceAll('\0', '\uFFFD') : cell;
}

/** An absent value in SQL. */
export function orNull<T>(value: T | undefined): T | null {
  return value ?? null;
}

/** `{ [name]: value }`, or an empty object when the value is null in SQL. */
export function optional<K extends string, T>(name: K, value: T | null): { readonly [P in K]?: T } {
  return value === null ? {} : ({ [name]: value } as { readonly [P in K]: T });
}

/** JSON text for a column; null when absent. */
export function toJson(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

/** What `toJson` has written; the caller knows its shape. */
export function fromJson<T>(text: string): T {
  return JSON.parse(text) as T;
}
