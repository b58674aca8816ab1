import type { Knex } from 'knex';
import type { JournalEntry } from '../../call/journal-store.ts';
import type {
  KeptQueue,
  MemberState,
  QueueMemberChange,
  QueueMemberRecord,
  QueueRecord,
} from '../../call/queue/queue-record.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { Page, PageRequest } from '../../records/page.ts';
import type { QueueRepository, QueueWithSize, WaitingMember } from '../../records/queue-repository.ts';
import type { Database } from '../database.ts';
import { ofSwitch } from '../lease/scope.ts';
import {
  fromJson,
  insertRows,
  marks,
  onConflictChange,
  optional,
  orNull,
  portions,
  type Row,
  rowsOf,
  toJson,
} from '../rows.ts';
import { readPage } from './paging.ts';

interface QueueRow {
  readonly sid: string;
  readonly account_sid: string;
  readonly friendly_name: string;
  readonly max_size: number;
  readonly next_number: number;
  readonly made_by: QueueRecord['madeBy'];
  readonly status_callback: string | null;
  readonly next_sequence: number;
  readonly used_at: number;
  readonly created_at: number;
  readonly updated_at: number;
}

interface MemberRow {
  readonly sid: string;
  readonly queue_sid: string;
  readonly account_sid: string;
  readonly number: number;
  readonly state: MemberState;
  readonly taken_by: string | null;
  readonly taken_at: number | null;
  readonly joined_at: number;
}

interface SizeRow {
  readonly queue_sid: string;
  readonly size: number | string;
  readonly joined: number | string;
}

const CHANGE_QUEUE = onConflictChange('sid', [
  'friendly_name',
  'max_size',
  'next_number',
  'status_callback',
  'next_sequence',
  'used_at',
  'updated_at',
]);
const CHANGE_MEMBER = onConflictChange('sid', [
  'queue_sid',
  'number',
  'state',
  'taken_by',
  'taken_at',
  'joined_at',
]);

/** Writes the queues of these entries, and of one that changes twice only its last state. For the journal. */
export async function writeQueues(
  trx: Knex.Transaction,
  entries: readonly JournalEntry[],
  owned: (rows: readonly Row[]) => readonly Row[] = (rows) => rows,
): Promise<void> {
  const removed = entries.flatMap(({ removedQueue }) => removedQueue ?? []);
  const queues = new Map(entries.flatMap(({ queue }) => (queue === undefined ? [] : [[queue.sid, queue]])));
  for (const sid of removed) queues.delete(sid);
  const members = new Map<string, QueueMemberChange>();
  for (const { queueMembers = [] } of entries) for (const one of queueMembers) members.set(one.callSid, one);
  await insertRows(trx, 'queues', owned([...queues.values()].map(queueColumns)), CHANGE_QUEUE);
  const all = [...members.values()];
  const here = all.flatMap(({ state, ...one }) => (state === 'left' ? [] : [{ ...one, state }]));
  await insertRows(trx, 'queue_members', here.map(memberColumns), CHANGE_MEMBER);
  const left = all.filter(({ state }) => state === 'left').map(({ callSid }) => callSid);
  await removeAll(trx, 'queue_members', left);
  await removeAll(trx, 'queues', removed);
}

async function removeAll(trx: Knex.Transaction, table: string, sids: readonly string[]): Promise<void> {
  for (const some of portions(sids, 1)) {
    await trx.raw(`delete from ${table} where sid in (${marks(some.length)})`, [...some]);
  }
}

/** The queues in SQL; only the journal writes them. */
export class SqlQueues implements QueueRepository {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #switchId: string | undefined;

  /** `switchId`, in a cluster: whose queues are kept here. */
  constructor(database: Database, clock: Clock, switchId?: string) {
    this.#database = database;
    this.#clock = clock;
    this.#switchId = switchId;
  }

  async find(accountSid: string, sid: string): Promise<QueueWithSize | undefined> {
    return await this.#first({ account_sid: accountSid, sid });
  }

  async findByName(accountSid: string, friendlyName: string): Promise<QueueWithSize | undefined> {
    return await this.#first({ account_sid: accountSid, friendly_name: friendlyName });
  }

  async #first(where: Row): Promise<QueueWithSize | undefined> {
    const row: QueueRow | undefined = await this.#database
      .reader('queues')
      .where(where)
      .orderBy(['created_at', 'sid'])
      .first();
    return row === undefined ? undefined : (await this.#withSizes([row]))[0];
  }

  async list(
    accountSid: string,
    page: PageRequest,
    { friendlyName }: { readonly friendlyName?: string },
  ): Promise<Page<QueueWithSize>> {
    const query = this.#database.reader('queues').where({ account_sid: accountSid });
    if (friendlyName !== undefined) void query.where({ friendly_name: friendlyName });
    const found = await readPage(query, { column: 'created_at' }, page, (row: QueueRow) => row);
    return { ...found, items: await this.#withSizes(found.items) };
  }

  /** Those of any account, without those that are no more. */
  async bySids(sids: readonly string[]): Promise<readonly QueueWithSize[]> {
    if (sids.length === 0) return [];
    return await this.#withSizes(await this.#database.reader('queues').whereIn('sid', sids));
  }

  async #withSizes(rows: readonly QueueRow[]): Promise<readonly QueueWithSize[]> {
    if (rows.length === 0) return [];
    const sids = rows.map(({ sid }) => sid);
    const result: unknown = await this.#database.reader.raw(
      `select queue_sid, count(*) as size, sum(joined_at) as joined from queue_members
       where state = 'waiting' and queue_sid in (${marks(sids.length)}) group by queue_sid`,
      sids,
    );
    const sizes = new Map(rowsOf<SizeRow>(result).map((row) => [row.queue_sid, row]));
    const now = this.#clock.now();
    return rows.map((row) => {
      const found = sizes.get(row.sid);
      const size = Number(found?.size ?? 0);
      const meanMs = size === 0 ? 0 : now - Number(found?.joined ?? 0) / size;
      return { ...queueOf(row), size, averageWaitS: Math.max(0, Math.round(meanMs / 1000)) };
    });
  }

  async members(queueSid: string, page: PageRequest): Promise<Page<WaitingMember>> {
    const query = this.#database.reader('queue_members').where({ queue_sid: queueSid, state: 'waiting' });
    const order = { column: 'number', direction: 'asc' } as const;
    const found = await readPage(query, order, page, (row: MemberRow) => row);
    const [first] = found.items;
    const ahead = first === undefined ? 0 : await this.#ahead(first);
    return {
      ...found,
      items: found.items.map((row, index) => ({ ...memberOf(row), position: ahead + index + 1 })),
    };
  }

  async member(queueSid: string, callSid?: string): Promise<WaitingMember | undefined> {
    const query = this.#database.reader('queue_members').where({ queue_sid: queueSid, state: 'waiting' });
    if (callSid !== undefined) void query.where({ sid: callSid });
    const row: MemberRow | undefined = await query.orderBy('number').first();
    if (row === undefined) return undefined;
    return { ...memberOf(row), position: (await this.#ahead(row)) + 1 };
  }

  /** How many wait in front of it. */
  async #ahead({ queue_sid: queueSid, number }: MemberRow): Promise<number> {
    const result: unknown = await this.#database.reader.raw(
      "select count(*) as ahead from queue_members where queue_sid = ? and state = 'waiting' and number < ?",
      [queueSid, number],
    );
    return Number(rowsOf<{ readonly ahead: number | string }>(result)[0]?.ahead ?? 0);
  }

  async kept(): Promise<readonly KeptQueue[]> {
    const { sql, values } = ofSwitch(this.#switchId);
    const queues: QueueRow[] = await this.#database
      .reader('queues')
      .whereRaw(`1 = 1${sql}`, [...values])
      .orderBy(['created_at', 'sid']);
    const members: MemberRow[] = await this.#database
      .reader('queue_members')
      .whereRaw(`queue_sid in (select sid from queues where 1 = 1${sql})`, [...values])
      .orderBy(['queue_sid', 'number']);
    const kept = new Map(
      queues.map((row) => [row.sid, { queue: queueOf(row), members: [] as QueueMemberRecord[] }]),
    );
    for (const row of members) kept.get(row.queue_sid)?.members.push(memberOf(row));
    return [...kept.values()];
  }
}

function queueColumns(record: QueueRecord): Row {
  return {
    sid: record.sid,
    account_sid: record.accountSid,
    friendly_name: record.friendlyName,
    max_size: record.maxSize,
    next_number: record.nextNumber,
    made_by: record.madeBy,
    status_callback: toJson(record.statusCallback),
    next_sequence: record.nextSequence,
    used_at: record.usedAt,
    created_at: record.dateCreated,
    updated_at: record.dateUpdated,
  };
}

function queueOf(row: QueueRow): QueueRecord {
  return {
    sid: row.sid,
    accountSid: row.account_sid,
    friendlyName: row.friendly_name,
    maxSize: row.max_size,
    nextNumber: row.next_number,
    madeBy: row.made_by,
    ...(row.status_callback === null ? {} : { statusCallback: fromJson(row.status_callback) }),
    nextSequence: Number(row.next_sequence),
    usedAt: row.used_at,
    dateCreated: row.created_at,
    dateUpdated: row.updated_at,
  };
}

function memberColumns(record: QueueMemberRecord): Row {
  return {
    sid: record.callSid,
    queue_sid: record.queueSid,
    account_sid: record.accountSid,
    number: record.number,
    state: record.state,
    taken_by: orNull(record.takenBy),
    taken_at: orNull(record.takenAt),
    joined_at: record.joinedAt,
  };
}

function memberOf(row: MemberRow): QueueMemberRecord {
  return {
    queueSid: row.queue_sid,
    callSid: row.sid,
    accountSid: row.account_sid,
    number: row.number,
    state: row.state,
    ...optional('takenBy', row.taken_by),
    ...optional('takenAt', row.taken_at),
    joinedAt: row.joined_at,
  };
}
