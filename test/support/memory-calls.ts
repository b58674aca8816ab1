import type {
  CallbackDestination,
  CallbackFilter,
  CallbackRecord,
  CallbackRepository,
  CallEventRecord,
  NotificationFilter,
  NotificationRepository,
  TimelineRepository,
} from '../../src/records/call-history.ts';
import type { NotificationRecord } from '../../src/call/journal-store.ts';
import type { Page, PageRequest } from '../../src/records/page.ts';
import type { CallFilter, CallRecord, CallRepository, CallSort } from '../../src/records/repositories.ts';
import { isIn, type MemoryOrder, pageOf } from './memory-page.ts';

/** Calls are written by the journal, so a test puts them here itself. */
export class MemoryCalls implements CallRepository {
  readonly #rows = new Map<string, CallRecord>();
  readonly #removeBelongings: (callSid: string) => void;
  readonly #problemsOf: (callSid: string) => number;
  readonly #recordingsOf: (callSid: string) => number;

  constructor(
    removeBelongings: (callSid: string) => void,
    problemsOf: (callSid: string) => number,
    recordingsOf: (callSid: string) => number,
  ) {
    this.#removeBelongings = removeBelongings;
    this.#problemsOf = problemsOf;
    this.#recordingsOf = recordingsOf;
  }

  put(record: CallRecord): void {
    this.#rows.set(record.sid, record);
  }

  /** The call and all legs below it. */
  familyOf(callSid: string): ReadonlySet<string> {
    const family = new Set([callSid]);
    for (const sid of family) {
      for (const row of this.#rows.values()) if (row.parentCallSid === sid) family.add(row.sid);
    }
    return family;
  }

  async find(accountSid: string, sid: string): Promise<CallRecord | undefined> {
    const row = this.#rows.get(sid);
    return row?.accountSid === accountSid ? this.#counted(row) : undefined;
  }

  async list(accountSid: string, page: PageRequest, filter: CallFilter): Promise<Page<CallRecord>> {
    const { startTimeFrom, startTimeBefore, endTimeFrom, endTimeBefore, sort, ...others } = filter;
    // Accounts below and conferences are the database's work: test/store/tables/calls.spec.ts.
    const { subAccounts: _below, conferenceSid: _room, ...equal } = others;
    const found = [...this.#rows.values()].filter(
      (row) =>
        row.accountSid === accountSid &&
        isIn(row.startTime, startTimeFrom, startTimeBefore) &&
        isIn(row.endTime, endTimeFrom, endTimeBefore) &&
        (sort?.by !== 'startTime' || row.startTime !== undefined) &&
        (sort?.by !== 'endTime' || row.endTime !== undefined) &&
        Object.entries(equal).every(([name, value]) => row[name as keyof CallRecord] === value),
    );
    return pageOf(
      found.map((row) => this.#counted(row)),
      page,
      orderOf(filter),
    );
  }

  #counted(row: CallRecord): CallRecord {
    const root = this.#rootOf(row);
    const legCount = [...this.#rows.values()].filter((one) => this.#rootOf(one) === root).length;
    return {
      ...row,
      problemCount: this.#problemsOf(row.sid),
      legCount,
      recordingCount: this.#recordingsOf(row.sid),
    };
  }

  #rootOf({ sid, parentCallSid }: CallRecord): string {
    if (parentCallSid === undefined) return sid;
    const parent = this.#rows.get(parentCallSid);
    return parent === undefined ? parentCallSid : this.#rootOf(parent);
  }

  async note(accountSid: string, sid: string, text: string): Promise<boolean> {
    const row = this.#rows.get(sid);
    if (row?.accountSid !== accountSid) return false;
    const { note: _, ...rest } = row;
    this.put(text === '' ? rest : { ...rest, note: text });
    return true;
  }

  /** One that is over. */
  async remove(accountSid: string, sid: string): Promise<boolean> {
    const row = await this.find(accountSid, sid);
    if (row === undefined || ['queued', 'ringing', 'in-progress'].includes(row.status)) return false;
    this.#removeBelongings(sid);
    return this.#rows.delete(sid);
  }
}

function orderOf(filter: CallFilter): MemoryOrder<CallRecord> {
  const { by, direction }: CallSort = filter.sort ?? { by: askedTime(filter), direction: 'desc' };
  const isText = by === 'from' || by === 'to' || by === 'status';
  return {
    by: (row) => [row[by] ?? row.dateCreated, ...(isText ? [row.dateCreated] : [])],
    direction,
  };
}

/** A range of times is listed in the order of those times. */
function askedTime(filter: CallFilter): 'startTime' | 'endTime' | 'dateCreated' {
  if ((filter.startTimeFrom ?? filter.startTimeBefore) !== undefined) return 'startTime';
  return (filter.endTimeFrom ?? filter.endTimeBefore) === undefined ? 'dateCreated' : 'endTime';
}

/** What happened on calls; a test appends to `events` and `callbacks`. */
export class MemoryTimeline implements TimelineRepository {
  readonly events: CallEventRecord[] = [];
  readonly callbacks: CallbackRecord[] = [];
  readonly #familyOf: (callSid: string) => ReadonlySet<string>;

  constructor(familyOf: (callSid: string) => ReadonlySet<string>) {
    this.#familyOf = familyOf;
  }

  async familyOf(callSid: string): Promise<readonly string[]> {
    return [...this.#familyOf(callSid)];
  }

  async eventsOf(callSid: string): Promise<readonly CallEventRecord[]> {
    const family = this.#familyOf(callSid);
    const found = this.events.filter((event) => family.has(event.callSid));
    return found.toSorted((a, b) => a.at - b.at || a.id - b.id);
  }

  async callbacksOf(callSid: string): Promise<readonly CallbackRecord[]> {
    const family = this.#familyOf(callSid);
    return this.callbacks.filter((callback) => family.has(callback.callSid));
  }
}

/** The deliveries as people read them, in the order in which they were written. */
export class MemoryCallbacks implements CallbackRepository {
  readonly #rows: CallbackRecord[];

  constructor(rows: CallbackRecord[]) {
    this.#rows = rows;
  }

  async find(accountSid: string, sid: string): Promise<CallbackRecord | undefined> {
    return this.#rows[this.#indexOf(accountSid, sid)];
  }

  async list(accountSid: string, page: PageRequest, filter: CallbackFilter): Promise<Page<CallbackRecord>> {
    const { callSid, state, url } = filter;
    const found = this.#rows.filter(
      (row) =>
        row.accountSid === accountSid &&
        (callSid === undefined || row.callSid === callSid) &&
        (state === undefined || row.state === state) &&
        (url === undefined || row.url === url),
    );
    return pageOf(found, page, { by: (row) => [this.#rows.indexOf(row)] });
  }

  async matching(
    accountSid: string,
    { since = 0, ...filter }: CallbackFilter,
    most: number,
  ): Promise<readonly string[]> {
    const { items } = await this.list(accountSid, { page: 0, pageSize: most }, filter);
    const young = items.filter(({ createdAt }) => createdAt >= since);
    return young.map(({ sid }) => sid).reverse();
  }

  /** Counting is the database's work: test/store/callbacks/destinations.spec.ts. */
  async destinations(): Promise<readonly CallbackDestination[]> {
    return [];
  }

  async replay(accountSid: string, sid: string): Promise<boolean> {
    const index = this.#indexOf(accountSid, sid);
    const row = this.#rows[index];
    if (row === undefined) return false;
    const { failure: _failure, settledAt: _settledAt, ...owed } = row;
    this.#rows[index] = { ...owed, state: 'pending' };
    return true;
  }

  #indexOf(accountSid: string, sid: string): number {
    return this.#rows.findIndex((row) => row.sid === sid && row.accountSid === accountSid);
  }
}

/** A test appends to `rows`. */
export class MemoryNotifications implements NotificationRepository {
  readonly rows: NotificationRecord[] = [];

  async find(accountSid: string, sid: string): Promise<NotificationRecord | undefined> {
    return this.rows.find((row) => row.sid === sid && row.accountSid === accountSid);
  }

  async list(
    accountSid: string,
    page: PageRequest,
    { callSid, level, errorCode, from, before }: NotificationFilter,
  ): Promise<Page<NotificationRecord>> {
    const found = this.rows.filter(
      (row) =>
        row.accountSid === accountSid &&
        (callSid === undefined || row.callSid === callSid) &&
        (level === undefined || row.level === level) &&
        (errorCode === undefined || row.errorCode === errorCode) &&
        isIn(row.at, from, before),
    );
    return pageOf(found, page, { by: ({ at }) => [at] });
  }
}
