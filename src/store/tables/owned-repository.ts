import type { Knex } from 'knex';
import { type Repository, TakenError } from '../../records/repositories.ts';
import type { Page, PageRequest } from '../../records/page.ts';
import type { Database } from '../database.ts';
import type { GroupCommit, WriteKind } from '../group-commit.ts';
import { codeOf } from '../write-failure.ts';
import type { KnownRows } from '../known-rows.ts';
import { readPage } from './paging.ts';
import { type Row, storable } from '../rows.ts';

export interface OwnedRow {
  readonly sid: string;
  readonly account_sid: string;
  readonly friendly_name: string;
  readonly created_at: number;
  readonly updated_at: number;
}

/** How one kind of resource is stored in SQL. */
export interface TableMapping<T, R extends OwnedRow> {
  readonly table: string;
  toRow(record: T): R;
  fromRow(row: R): T;
  /** The column that no two resources of the installation share, and the record's field that it comes from. */
  readonly unique?: { readonly column: string; readonly field: string };
  /** Fields that a list can be filtered by, and how each becomes a column's value. */
  readonly filters: Readonly<Record<string, (value: string) => readonly [column: string, value: string]>>;
}

/** PostgreSQL's SQLSTATE when another process has just taken a unique value. */
const UNIQUE_VIOLATION = '23505';

type Key = readonly [accountSid: string, sid: string];

type Change<T> = { readonly insert: T } | { readonly update: Key; readonly change: (current: T) => T };

/** The repository of one kind of resource; except where it says otherwise, within the given account. */
export class OwnedRepository<T extends { sid: string }, R extends OwnedRow> implements Repository<T> {
  readonly #database: Database;
  readonly #writes: GroupCommit;
  readonly #mapping: TableMapping<T, R>;
  readonly #known: KnownRows;
  readonly #change: WriteKind<Change<T>, T | undefined>;
  readonly #removal: WriteKind<Key, boolean>;

  constructor(database: Database, writes: GroupCommit, mapping: TableMapping<T, R>, known: KnownRows) {
    this.#database = database;
    this.#writes = writes;
    this.#mapping = mapping;
    this.#known = known;
    this.#change = {
      whenUnavailable: 'refuse',
      transaction: 'alone',
      run: async (trx, changes) => {
        const done: (T | undefined)[] = [];
        for (const change of changes) done.push(await this.#apply(trx, change));
        return done;
      },
    };
    this.#removal = {
      whenUnavailable: 'refuse',
      transaction: 'alone',
      run: async (trx, keys) => {
        const done: boolean[] = [];
        for (const [accountSid, sid] of keys) {
          done.push((await trx(mapping.table).where({ sid, account_sid: accountSid }).del()) > 0);
        }
        return done;
      },
    };
  }

  async insert(record: T): Promise<void> {
    await this.#submit({ insert: record });
  }

  async update(accountSid: string, sid: string, change: (current: T) => T): Promise<T | undefined> {
    return await this.#submit({ update: [accountSid, sid], change });
  }

  async remove(accountSid: string, sid: string): Promise<boolean> {
    return await this.#known.written(() => this.#writes.submit(this.#removal, [accountSid, sid]));
  }

  async find(accountSid: string, sid: string): Promise<T | undefined> {
    return await this.#first({ sid, account_sid: accountSid });
  }

  /** The resource that has this unique value, of any account. */
  async findByUnique(value: string): Promise<T | undefined> {
    const { unique } = this.#mapping;
    return unique === undefined ? undefined : await this.#first({ [unique.column]: value });
  }

  async list(
    accountSid: string,
    page: PageRequest,
    filter: Readonly<Record<string, string>> = {},
  ): Promise<Page<T>> {
    const query = this.#database.reader(this.#mapping.table).where({ account_sid: accountSid });
    for (const [field, value] of Object.entries(filter)) {
      const [column, wanted] = this.#mapping.filters[field]?.(value) ?? [];
      if (column !== undefined) void query.where(column, wanted);
    }
    return await readPage(query, { column: 'created_at' }, page, (row: R) => this.#mapping.fromRow(row));
  }

  async all(): Promise<readonly T[]> {
    const rows: R[] = await this.#database.reader(this.#mapping.table).orderBy(['created_at', 'sid']);
    return rows.map((row) => this.#mapping.fromRow(row));
  }

  /** All of one account. */
  async allOf(accountSid: string): Promise<readonly T[]> {
    return await this.allLike(accountSid, 'account_sid', '%');
  }

  /** All of one account of which a column is like this in SQL. */
  async allLike(accountSid: string, column: string, like: string): Promise<readonly T[]> {
    const { table } = this.#mapping;
    const known = await this.#known.get(`${table} of ${accountSid} ${column} ${like}`, async () => {
      const query = this.#database.reader(table).where({ account_sid: accountSid });
      if (like !== '%') void query.where(column, 'like', like);
      const rows: R[] = await query.orderBy(['created_at', 'sid']);
      return rows.map((row) => this.#mapping.fromRow(row));
    });
    return known ?? [];
  }

  /** The resource of any account. */
  async findAnywhere(sid: string): Promise<T | undefined> {
    return await this.#first({ sid });
  }

  async #first(where: Readonly<Record<string, string>>): Promise<T | undefined> {
    const mapping = this.#mapping;
    return await this.#known.get(`${mapping.table} ${JSON.stringify(where)}`, async () => {
      const row: R | undefined = await this.#database.reader(mapping.table).where(where).first();
      return row === undefined ? undefined : mapping.fromRow(row);
    });
  }

  async #submit(change: Change<T>): Promise<T | undefined> {
    const { unique } = this.#mapping;
    try {
      return await this.#known.written(() => this.#writes.submit(this.#change, change));
    } catch (error) {
      // Another process took the value between our look and our insert.
      const lost = codeOf(error) === UNIQUE_VIOLATION;
      if (lost && unique !== undefined) throw new TakenError(unique.field);
      throw error;
    }
  }

  /** The record after the change; undefined when there is none to change. */
  async #apply(trx: Knex.Transaction, change: Change<T>): Promise<T | undefined> {
    const { table } = this.#mapping;
    if ('insert' in change) {
      await trx(table).insert(await this.#cellsOf(trx, change.insert));
      return change.insert;
    }
    const [accountSid, sid] = change.update;
    // On PostgreSQL another process may write too; SQLite has one writer and needs no such lock.
    const found: R | undefined = await trx(table).where({ sid, account_sid: accountSid }).forUpdate().first();
    if (found === undefined) return undefined;
    const record = change.change(this.#mapping.fromRow(found));
    await trx(table)
      .where({ sid })
      .update(await this.#cellsOf(trx, record));
    return record;
  }

  async #cellsOf(trx: Knex.Transaction, record: T): Promise<Row> {
    const row = this.#mapping.toRow(record);
    await this.#refuseTaken(trx, row);
    return Object.fromEntries(Object.entries(row as unknown as Row).map(([k, v]) => [k, storable(v)]));
  }

  async #refuseTaken(trx: Knex.Transaction, row: R): Promise<void> {
    const { unique, table } = this.#mapping;
    if (unique === undefined) return;
    const value = (row as unknown as Row)[unique.column] ?? null;
    const other: unknown = await trx(table).where(unique.column, value).whereNot('sid', row.sid).first();
    if (other !== undefined) throw new TakenError(unique.field);
  }
}
