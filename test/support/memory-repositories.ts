import { MemorySipTraces } from './memory-sip-traces.ts';
import {
  type AccountFilter,
  type AccountRecord,
  type AccountRepository,
  type ClientRecord,
  type NumberRecord,
  type Repositories,
  type Repository,
  TakenError,
  type KeyRepository,
} from '../../src/records/repositories.ts';
import type { ConsoleSession, ConsoleSessionRepository } from '../../src/records/console-session.ts';
import type { CallerIdRecord } from '../../src/records/caller-id-record.ts';
import type { DialingPermissionRecord } from '../../src/records/dialing-permission-record.ts';
import type { KeyRecord } from '../../src/records/key-record.ts';
import type { AccountNumbers } from '../../src/records/stats-repository.ts';
import type { Page, PageRequest } from '../../src/records/page.ts';
import type { NotificationRecord } from '../../src/call/journal-store.ts';
import type { ProblemMark, ProblemRepository } from '../../src/records/problem-repository.ts';
import type { RecordingFilter, RecordingRepository } from '../../src/records/recording-repository.ts';
import type { StreamRecord } from '../../src/call/stream/stream-record.ts';
import type { StreamRepository } from '../../src/records/stream-repository.ts';
import { isOver, type RecordingRecord } from '../../src/call/recording/recording-record.ts';
import { MemoryCallbacks, MemoryCalls, MemoryNotifications, MemoryTimeline } from './memory-calls.ts';
import { MemoryClientTokens } from './memory-client-tokens.ts';
import { MemoryJobs } from './memory-jobs.ts';
import { MemoryMessages } from './memory-messages.ts';
import { MemoryConferences } from './memory-conferences.ts';
import { MemoryQueues } from './memory-queues.ts';
import { isIn, pageOf } from './memory-page.ts';

interface Row {
  readonly sid: string;
  readonly accountSid: string;
  readonly dateCreated: number;
}

/** How a value is written for a comparison; a list is filtered by these fields and no others. */
type Filters = Readonly<Record<string, (value: string) => string>>;

const asItIs = (value: string) => value;
const withoutPlus = (value: string) => value.replace(/^\+/, '');
const lowerCase = (value: string) => value.toLowerCase();

/** Keeps records in memory, in the way that the store's repositories keep them in the database. */
class MemoryRepository<T extends Row> implements Repository<T> {
  readonly #rows = new Map<string, T>();
  readonly #filters: Filters;
  readonly #unique: string | undefined;
  readonly #isForEach: boolean;

  /** `unique` is one of the fields of `filters`; with `isForEach` it is so within each account. */
  constructor(filters: Filters = {}, unique?: string, isForEach = false) {
    this.#filters = { friendlyName: asItIs, ...filters };
    this.#unique = unique;
    this.#isForEach = isForEach;
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
    const wanted = Object.entries(filter).filter(([name]) => name in this.#filters);
    const found = [...this.#rows.values()].filter(
      (row) =>
        row.accountSid === accountSid &&
        wanted.every(([name, value]) => this.#valueOf(row, name) === this.#filters[name]?.(value)),
    );
    return pageOf(found, page, { by: ({ dateCreated }) => [dateCreated] });
  }

  async all(): Promise<readonly T[]> {
    return [...this.#rows.values()];
  }

  #valueOf(row: T, name: string): string | undefined {
    return this.#filters[name]?.(String((row as Record<string, unknown>)[name]));
  }

  #refuseTaken(record: T): void {
    const unique = this.#unique;
    if (unique === undefined) return;
    const value = this.#valueOf(record, unique);
    // A number with `*` is for its own account as well.
    const isForEach = this.#isForEach || value?.endsWith('*') === true;
    const others = [...this.#rows.values()].filter(
      ({ sid, accountSid }) => sid !== record.sid && (!isForEach || accountSid === record.accountSid),
    );
    if (others.some((row) => this.#valueOf(row, unique) === value)) throw new TakenError(unique);
  }
}

class MemoryKeys extends MemoryRepository<KeyRecord> implements KeyRepository {
  async findAnywhere(sid: string): Promise<KeyRecord | undefined> {
    return (await this.all()).find((key) => key.sid === sid);
  }
}

/** Recordings are written by the journal, so a test puts them here itself. */
export class MemoryRecordings implements RecordingRepository {
  readonly #rows = new Map<string, RecordingRecord>();

  put(record: RecordingRecord): void {
    this.#rows.set(record.sid, record);
  }

  /** As the journal does: of one that is there already only its state changes. */
  write(record: RecordingRecord): void {
    const { status, pauses, duration, transcription, dateUpdated } = record;
    const known = this.#rows.get(record.sid);
    if (known === undefined) return this.put(record);
    const { duration: _d, transcription: _t, pauses: _p, ...kept } = known;
    this.put({
      ...kept,
      status,
      dateUpdated,
      ...(pauses === undefined ? {} : { pauses }),
      ...(duration === undefined ? {} : { duration }),
      ...(transcription === undefined ? {} : { transcription }),
    });
  }

  countOf(callSid: string): number {
    return [...this.#rows.values()].filter((row) => row.callSid === callSid).length;
  }

  async find(accountSid: string, sid: string): Promise<RecordingRecord | undefined> {
    const row = this.#rows.get(sid);
    return row?.accountSid === accountSid ? row : undefined;
  }

  async list(accountSid: string, page: PageRequest, filter: RecordingFilter) {
    const { callSid, conferenceSid, createdFrom, createdBefore } = filter;
    const rows = [...this.#rows.values()].filter(
      (row) =>
        row.accountSid === accountSid &&
        (callSid === undefined || row.callSid === callSid) &&
        (conferenceSid === undefined || row.conferenceSid === conferenceSid) &&
        isIn(row.dateCreated, createdFrom, createdBefore),
    );
    return pageOf(rows, page, { by: ({ dateCreated }) => [dateCreated] });
  }

  async remove(accountSid: string, sid: string): Promise<boolean> {
    const row = await this.find(accountSid, sid);
    return row !== undefined && !isUnfinished(row) && this.#rows.delete(sid);
  }

  async unfinished(): Promise<readonly RecordingRecord[]> {
    const rows = [...this.#rows.values()].filter(isUnfinished);
    return rows.toSorted((a, b) => a.dateCreated - b.dateCreated);
  }
}

function isUnfinished({ status, transcription }: RecordingRecord): boolean {
  return !isOver({ status }) || transcription !== undefined;
}

class MemoryAccounts implements AccountRepository {
  readonly #rows = new Map<string, AccountRecord>();

  async find(sid: string): Promise<AccountRecord | undefined> {
    return this.#rows.get(sid);
  }

  async findByEmail(emailAddress: string): Promise<AccountRecord | undefined> {
    const wanted = emailAddress.toLowerCase();
    return [...this.#rows.values()].find((row) => row.emailAddress?.toLowerCase() === wanted);
  }

  async insert(account: AccountRecord): Promise<void> {
    await this.#put(account);
  }

  async update(
    sid: string,
    change: (current: AccountRecord) => AccountRecord,
  ): Promise<AccountRecord | undefined> {
    const current = this.#rows.get(sid);
    if (current === undefined) return undefined;
    const account = change(current);
    await this.#put(account);
    return account;
  }

  async list(topSid: string, page: PageRequest, filter: AccountFilter): Promise<Page<AccountRecord>> {
    const rows: AccountRecord[] = [];
    for (const row of this.#rows.values()) {
      const { friendlyName = row.friendlyName, status = row.status } = filter;
      const matches = row.friendlyName === friendlyName && row.status === status;
      if (matches && (await this.isWithin(topSid, row.sid))) rows.push(row);
    }
    return pageOf(rows, page, { by: ({ dateCreated }) => [dateCreated] });
  }

  async first(): Promise<AccountRecord | undefined> {
    return [...this.#rows.values()].find((row) => row.parentSid === undefined);
  }

  async isWithin(ancestorSid: string, sid: string): Promise<boolean> {
    const row = this.#rows.get(sid);
    if (row === undefined || sid === ancestorSid) return row !== undefined;
    return row.parentSid !== undefined && this.isWithin(ancestorSid, row.parentSid);
  }

  async #put(account: AccountRecord): Promise<void> {
    const { sid, emailAddress } = account;
    const holder = emailAddress === undefined ? undefined : await this.findByEmail(emailAddress);
    if (holder !== undefined && holder.sid !== sid) throw new TakenError('emailAddress');
    this.#rows.set(sid, account);
  }
}

class MemoryProblems implements ProblemRepository {
  readonly #notifications: readonly NotificationRecord[];
  readonly #marks = new Map<string, Map<string, ProblemMark>>();

  constructor(notifications: readonly NotificationRecord[]) {
    this.#notifications = notifications;
  }

  async notifications(
    accountSid: string,
    since: number,
    most: number,
  ): Promise<readonly NotificationRecord[]> {
    const found = this.#notifications.filter((row) => row.accountSid === accountSid && row.at >= since);
    return found.toSorted((one, other) => other.at - one.at).slice(0, most);
  }

  async marks(accountSid: string): Promise<readonly ProblemMark[]> {
    return [...(this.#marks.get(accountSid)?.values() ?? [])];
  }

  async mark(accountSid: string, mark: ProblemMark): Promise<void> {
    const marks = this.#marks.get(accountSid) ?? new Map<string, ProblemMark>();
    this.#marks.set(accountSid, marks.set(mark.key, mark));
  }
}

/** Counting is the database's work: test/store/tables/stats.spec.ts. */
const NO_NUMBERS: AccountNumbers = {
  live: { queued: 0, ringing: 0, 'in-progress': 0 },
  callsLastMinute: 0,
  ended: 0,
  answered: 0,
  callbacks: { pending: 0 },
  problems: [],
  clients: [],
};

class MemorySessions implements ConsoleSessionRepository {
  readonly #rows = new Map<string, ConsoleSession>();

  async insert(session: ConsoleSession): Promise<void> {
    this.#rows.set(session.hash, session);
  }

  async find(hash: string): Promise<ConsoleSession | undefined> {
    return this.#rows.get(hash);
  }

  async of(accountSid: string): Promise<readonly ConsoleSession[]> {
    const own = [...this.#rows.values()].filter((session) => session.accountSid === accountSid);
    return own.toSorted((a, b) => b.usedAt - a.usedAt);
  }

  async used(hash: string, at: number): Promise<void> {
    const session = this.#rows.get(hash);
    if (session !== undefined) this.#rows.set(hash, { ...session, usedAt: at });
  }

  async remove(hash: string): Promise<void> {
    this.#rows.delete(hash);
  }

  async removeOld(createdBefore: number, usedBefore: number): Promise<void> {
    for (const [hash, { createdAt, usedAt }] of this.#rows) {
      if (createdAt < createdBefore || usedAt < usedBefore) this.#rows.delete(hash);
    }
  }
}

export class MemoryStreams implements StreamRepository {
  readonly #rows = new Map<string, StreamRecord>();

  /** As the journal does: of one that is there already only its state changes. */
  write(record: StreamRecord): void {
    const known = this.#rows.get(record.sid);
    const { status, nextSequence, errorCode, dateUpdated } = record;
    const changes = { status, nextSequence, dateUpdated, ...(errorCode === undefined ? {} : { errorCode }) };
    this.#rows.set(record.sid, known === undefined ? record : { ...known, ...changes });
  }

  removeOf(callSid: string): void {
    for (const row of this.#ofCall(callSid)) this.#rows.delete(row.sid);
  }

  async find(callSid: string, sidOrName: string): Promise<StreamRecord | undefined> {
    return this.#ofCall(callSid)
      .toSorted((a, b) => b.dateCreated - a.dateCreated || (a.sid < b.sid ? 1 : -1))
      .find(({ sid, name }) => sid === sidOrName || name === sidOrName);
  }

  async list(callSid: string, page: PageRequest) {
    return pageOf(this.#ofCall(callSid), page, { by: ({ dateCreated }) => [dateCreated] });
  }

  async unfinished(): Promise<readonly StreamRecord[]> {
    return [...this.#rows.values()].filter(({ status }) => status === 'in-progress');
  }

  #ofCall(callSid: string): readonly StreamRecord[] {
    return [...this.#rows.values()].filter((row) => row.callSid === callSid);
  }
}

export interface MemoryRepositories extends Repositories {
  readonly calls: MemoryCalls;
  readonly recordings: MemoryRecordings;
  readonly streams: MemoryStreams;
  readonly messages: MemoryMessages;
  readonly conferences: MemoryConferences;
  readonly queues: MemoryQueues;
  readonly notifications: MemoryNotifications;
  readonly timeline: MemoryTimeline;
}

/** All of the database's contents in memory; nothing in it at first. */
export function memoryRepositories(): MemoryRepositories {
  const calls: MemoryCalls = new MemoryCalls(
    (callSid) => {
      removeFrom(timeline.events, (event) => event.callSid === callSid);
      removeFrom(notifications.rows, (row) => row.callSid === callSid);
      streams.removeOf(callSid);
      sipTraces.removeOf(callSid);
      removeFrom(timeline.callbacks, (row) => row.callSid === callSid && row.state !== 'pending');
    },
    (callSid) => notifications.rows.filter((row) => row.callSid === callSid).length,
    (callSid) => recordings.countOf(callSid),
  );
  const timeline = new MemoryTimeline((callSid) => calls.familyOf(callSid));
  const notifications = new MemoryNotifications();
  const recordings = new MemoryRecordings();
  const clients = new MemoryRepository<ClientRecord>({ login: lowerCase, status: asItIs }, 'login');
  const streams = new MemoryStreams();
  const sipTraces = new MemorySipTraces();
  return {
    calls,
    timeline,
    notifications,
    sipTraces,
    jobs: new MemoryJobs(),
    callbacks: new MemoryCallbacks(timeline.callbacks),
    accounts: new MemoryAccounts(),
    numbers: new MemoryRepository<NumberRecord>({ phoneNumber: withoutPlus }, 'phoneNumber'),
    clients,
    applications: new MemoryRepository(),
    trunks: new MemoryRepository(),
    keys: new MemoryKeys(),
    callerIds: new MemoryRepository<CallerIdRecord>({ phoneNumber: withoutPlus }, 'phoneNumber', true),
    dialingPermissions: new MemoryRepository<DialingPermissionRecord>({ prefix: asItIs, country: asItIs }),
    recordings,
    streams,
    messages: new MemoryMessages(),
    conferences: new MemoryConferences(),
    queues: new MemoryQueues(),
    sessions: new MemorySessions(),
    clientTokens: new MemoryClientTokens(clients),
    problems: new MemoryProblems(notifications.rows),
    stats: { numbersOf: async () => NO_NUMBERS },
  };
}

function removeFrom<T>(rows: T[], isGone: (row: T) => boolean): void {
  rows.splice(0, rows.length, ...rows.filter((row) => !isGone(row)));
}
