import {
  type AccountFilter,
  type AccountRecord,
  type AccountRepository,
  type CallFilter,
  type CallRecord,
  type CallRepository,
  type CallSort,
  type ClientRecord,
  type NumberRecord,
  type Repositories,
  type Repository,
  TakenError,
} from '../../src/records/repositories.ts';
import type {
  CallbackRecord,
  CallbackRepository,
  CallEventRecord,
  NotificationRecord,
  NotificationRepository,
} from '../../src/records/call-history.ts';
import { COUNTED_UP_TO, type Page, type PageRequest } from '../../src/records/page.ts';
import type { RecordingFilter, RecordingRepository } from '../../src/records/recording-repository.ts';
import type { RecordingRecord } from '../../src/call/recording/recording-record.ts';
import { MemoryConferences } from './memory-conferences.ts';

interface Row {
  readonly sid: string;
  readonly accountSid: string;
  readonly dateCreated: number;
}

/** Keeps records in memory, in the way that the store's repositories keep them in the database. */
class MemoryRepository<T extends Row> implements Repository<T> {
  readonly #rows = new Map<string, T>();
  readonly #uniqueField: string | undefined;
  readonly #uniqueValue: (record: T) => string;

  constructor(uniqueField?: string, uniqueValue: (record: T) => string = (record) => record.sid) {
    this.#uniqueField = uniqueField;
    this.#uniqueValue = uniqueValue;
  }

  async insert(record: T): Promise<void> {
    this.#refuseTaken(record);
    this.#rows.set(record.sid, record);
  }

  async find(accountSid: string, sid: string): Promise<T | undefined> {
    const row = this.#rows.get(sid);
    return row?.accountSid === accountSid ? row : undefined;
  }

  async update(accountSid: string, sid: string, change: (current: T) => T): Promise<T | undefined> {
    const current = await this.find(accountSid, sid);
    if (current === undefined) return undefined;
    const record = change(current);
    this.#refuseTaken(record);
    this.#rows.set(sid, record);
    return record;
  }

  async remove(accountSid: string, sid: string): Promise<boolean> {
    return (await this.find(accountSid, sid)) !== undefined && this.#rows.delete(sid);
  }

  async list(
    accountSid: string,
    page: PageRequest,
    filter: Readonly<Record<string, string>> = {},
  ): Promise<Page<T>> {
    const wanted = Object.entries(filter);
    return pageOf(
      [...this.#rows.values()].filter(
        (row) =>
          row.accountSid === accountSid &&
          wanted.every(([name, value]) => String((row as Record<string, unknown>)[name]) === value),
      ),
      page,
    );
  }

  async all(): Promise<readonly T[]> {
    return [...this.#rows.values()];
  }

  #refuseTaken(record: T): void {
    if (this.#uniqueField === undefined) return;
    const value = this.#uniqueValue(record);
    for (const row of this.#rows.values()) {
      if (row.sid !== record.sid && this.#uniqueValue(row) === value) throw new TakenError(this.#uniqueField);
    }
  }
}

/** Calls are written by the journal, so a test puts them here itself. */
export class MemoryCalls implements CallRepository {
  readonly #rows = new Map<string, CallRecord>();

  put(record: CallRecord): void {
    this.#rows.set(record.sid, record);
  }

  async find(accountSid: string, sid: string): Promise<CallRecord | undefined> {
    const row = this.#rows.get(sid);
    return row?.accountSid === accountSid ? row : undefined;
  }

  async list(accountSid: string, page: PageRequest, filter: CallFilter): Promise<Page<CallRecord>> {
    const { startTimeFrom, startTimeBefore, endTimeFrom, endTimeBefore, sort, ...equal } = filter;
    return pageOf(
      [...this.#rows.values()].filter((row) => {
        if (!isIn(row.startTime, startTimeFrom, startTimeBefore)) return false;
        if (!isIn(row.endTime, endTimeFrom, endTimeBefore)) return false;
        if (sort?.by === 'endTime' && row.endTime === undefined) return false;
        const pairs = Object.entries(equal);
        return (
          row.accountSid === accountSid &&
          pairs.every(([name, value]) => row[name as keyof CallRecord] === value)
        );
      }),
      page,
      sort,
    );
  }

  async remove(accountSid: string, sid: string): Promise<boolean> {
    return (await this.find(accountSid, sid)) !== undefined && this.#rows.delete(sid);
  }
}

/** Recordings are written by the journal, so a test puts them here itself. */
export class MemoryRecordings implements RecordingRepository {
  readonly #rows = new Map<string, RecordingRecord>();

  put(record: RecordingRecord): void {
    this.#rows.set(record.sid, record);
  }

  async find(accountSid: string, sid: string): Promise<RecordingRecord | undefined> {
    const row = this.#rows.get(sid);
    return row?.accountSid === accountSid ? row : undefined;
  }

  async list(accountSid: string, page: PageRequest, filter: RecordingFilter) {
    const { callSid, createdFrom, createdBefore } = filter;
    const rows = [...this.#rows.values()].filter(
      (row) =>
        row.accountSid === accountSid &&
        (callSid === undefined || row.callSid === callSid) &&
        isIn(row.dateCreated, createdFrom, createdBefore),
    );
    return pageOf(rows, page);
  }

  async remove(accountSid: string, sid: string): Promise<boolean> {
    const row = await this.find(accountSid, sid);
    if (row === undefined || row.status === 'in-progress') return false;
    return this.#rows.delete(sid);
  }

  async unfinished(): Promise<readonly RecordingRecord[]> {
    return [...this.#rows.values()].filter(
      (row) => row.status === 'in-progress' || row.transcription !== undefined,
    );
  }
}

class MemoryAccounts implements AccountRepository {
  readonly #rows = new Map<string, AccountRecord>();

  async find(sid: string): Promise<AccountRecord | undefined> {
    return this.#rows.get(sid);
  }

  async findByEmail(emailAddress: string): Promise<AccountRecord | undefined> {
    return [...this.#rows.values()].find((row) => row.emailAddress === emailAddress.toLowerCase());
  }

  async insert(account: AccountRecord): Promise<void> {
    this.#put(account);
  }

  async update(
    sid: string,
    change: (current: AccountRecord) => AccountRecord,
  ): Promise<AccountRecord | undefined> {
    const current = this.#rows.get(sid);
    if (current === undefined) return undefined;
    const account = change(current);
    this.#put(account);
    return account;
  }

  async list(topSid: string, page: PageRequest, filter: AccountFilter): Promise<Page<AccountRecord>> {
    const rows: AccountRecord[] = [];
    for (const row of this.#rows.values()) {
      const { friendlyName = row.friendlyName, status = row.status } = filter;
      const matches = row.friendlyName === friendlyName && row.status === status;
      if (matches && (await this.isWithin(topSid, row.sid))) rows.push(row);
    }
    return pageOf(rows, page);
  }

  #put(account: AccountRecord): void {
    const { sid, emailAddress } = account;
    const others = [...this.#rows.values()].filter((row) => row.sid !== sid);
    const taken = others.some((row) => row.emailAddress === emailAddress?.toLowerCase());
    if (emailAddress !== undefined && taken) throw new TakenError('emailAddress');
    this.#rows.set(sid, account);
  }

  async first(): Promise<AccountRecord | undefined> {
    return [...this.#rows.values()].find((row) => row.parentSid === undefined);
  }

  async isWithin(ancestorSid: string, sid: string): Promise<boolean> {
    const row = this.#rows.get(sid);
    if (row === undefined || sid === ancestorSid) return sid === ancestorSid;
    return row.parentSid !== undefined && this.isWithin(ancestorSid, row.parentSid);
  }
}

export interface MemoryRepositories extends Repositories {
  readonly calls: MemoryCalls;
  readonly recordings: MemoryRecordings;
  readonly conferences: MemoryConferences;
  readonly notifications: Repositories['notifications'] & { readonly rows: NotificationRecord[] };
  readonly timeline: Repositories['timeline'] & {
    readonly events: CallEventRecord[];
    readonly callbacks: CallbackRecord[];
  };
}

/** All of the database's contents in memory; nothing in it at first. */
export function memoryRepositories(): MemoryRepositories {
  const events: CallEventRecord[] = [];
  const callbacks: CallbackRecord[] = [];
  const notifications: NotificationRecord[] = [];
  return {
    callbacks: memoryCallbacks(callbacks),
    notifications: memoryNotifications(notifications),
    accounts: new MemoryAccounts(),
    numbers: new MemoryRepository<NumberRecord>('phoneNumber', (row) => row.phoneNumber.replace(/^\+/, '')),
    clients: new MemoryRepository<ClientRecord>('login', (row) => row.login.toLowerCase()),
    applications: new MemoryRepository(),
    trunks: new MemoryRepository(),
    calls: new MemoryCalls(),
    recordings: new MemoryRecordings(),
    conferences: new MemoryConferences(),
    timeline: {
      events,
      callbacks,
      eventsOf: async (callSid) => events.filter((event) => event.callSid === callSid),
      callbacksOf: async (callSid) => callbacks.filter((callback) => callback.callSid === callSid),
    },
  };
}

function memoryCallbacks(rows: CallbackRecord[]): CallbackRepository {
  const indexOf = (accountSid: string, sid: string) =>
    rows.findIndex((row) => row.sid === sid && row.accountSid === accountSid);
  return {
    find: async (accountSid, sid) => rows[indexOf(accountSid, sid)],
    async list(accountSid, page, { callSid, state, url }) {
      const found = rows.filter(
        (row) =>
          row.accountSid === accountSid &&
          (callSid === undefined || row.callSid === callSid) &&
          (state === undefined || row.state === state) &&
          (url === undefined || row.url === url),
      );
      const dated = found.map((row) => ({ ...row, dateCreated: row.createdAt }));
      const { items, ...rest } = pageOf(dated, page);
      return { ...rest, items: items.map(({ dateCreated: _dateCreated, ...row }) => row) };
    },
    async replay(accountSid, sid) {
      const index = indexOf(accountSid, sid);
      const row = rows[index];
      if (row === undefined) return false;
      const { failure: _failure, settledAt: _settledAt, ...owed } = row;
      rows[index] = { ...owed, state: 'pending' };
      return true;
    },
  };
}

function memoryNotifications(
  rows: NotificationRecord[],
): NotificationRepository & { readonly rows: NotificationRecord[] } {
  return {
    rows,
    find: async (accountSid, sid) => rows.find((row) => row.sid === sid && row.accountSid === accountSid),
    async list(accountSid, page, { callSid, level, errorCode, from = -Infinity, before = Infinity }) {
      const found = rows.filter(
        (row) =>
          row.accountSid === accountSid &&
          (callSid === undefined || row.callSid === callSid) &&
          (level === undefined || row.level === level) &&
          (errorCode === undefined || row.errorCode === errorCode) &&
          row.at >= from &&
          row.at < before,
      );
      const { items, ...rest } = pageOf(
        found.map((row) => ({ ...row, dateCreated: row.at })),
        page,
      );
      return { ...rest, items: items.map(({ dateCreated: _dateCreated, ...row }) => row) };
    },
  };
}

function isIn(time: number | undefined, from: number | undefined, before: number | undefined): boolean {
  if (from === undefined && before === undefined) return true;
  return time !== undefined && time >= (from ?? -Infinity) && time < (before ?? Infinity);
}

/** Newest first; the key of a page is the SID of the last row before it. */
function pageOf<T extends Pick<Row, 'sid' | 'dateCreated'>>(
  rows: readonly T[],
  { page, pageSize, key }: PageRequest,
  sort?: CallSort,
): Page<T> {
  const value = (row: T) => (row as Record<string, unknown>)[sort?.by ?? 'dateCreated'] as number | string;
  const [smaller, larger] = sort?.direction === 'asc' ? [-1, 1] : [1, -1];
  const compare = (a: number | string, b: number | string) => (a === b ? 0 : a < b ? smaller : larger);
  const sorted = rows.toSorted((a, b) => compare(value(a), value(b)) || compare(a.sid, b.sid));
  const start = key === undefined ? page * pageSize : sorted.findIndex((row) => row.sid === key) + 1;
  const items = sorted.slice(start, start + pageSize);
  return {
    items,
    total: rows.length > COUNTED_UP_TO ? undefined : rows.length,
    nextKey: start + pageSize < sorted.length ? items.at(-1)?.sid : undefined,
  };
}
