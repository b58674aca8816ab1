import type { Knex } from 'knex';
import type { CallFilter, CallRecord, CallRepository, CallSort } from '../../records/repositories.ts';
import type { Page, PageRequest } from '../../records/page.ts';
import { ACCOUNT_TREE } from './accounts.ts';
import { callRecordOf, callRecords, countedRows } from './call-records.ts';
import type { CallRow } from './call-row.ts';
import { isSid } from '../../call/sids.ts';
import type { Database } from '../database.ts';
import type { GroupCommit, WriteKind } from '../group-commit.ts';
import { type ListOrder, readPage } from './paging.ts';

/** The calls as REST reads them; only the journal writes them. */
export class SqlCalls implements CallRepository {
  readonly #database: Database;
  readonly #writes: GroupCommit;
  readonly #onNoted: (callSid: string) => void;

  /** `onNoted` is told of a call whose note has changed. */
  constructor(database: Database, writes: GroupCommit, onNoted: (callSid: string) => void) {
    this.#database = database;
    this.#writes = writes;
    this.#onNoted = onNoted;
  }

  async find(accountSid: string, sid: string): Promise<CallRecord | undefined> {
    const { reader } = this.#database;
    const [row] = await countedRows(reader, reader('calls').where({ sid, account_sid: accountSid }));
    return row === undefined ? undefined : callRecordOf(row);
  }

  /** Newest first: by creation, or by start or end when such a time is asked for, unless the filter says how. */
  async list(accountSid: string, page: PageRequest, filter: CallFilter): Promise<Page<CallRecord>> {
    const query = callQuery(this.#database.reader, accountSid, filter);
    const found = await readPage(query, orderOf(filter), page, (row: CallRow) => row);
    return { ...found, items: await callRecords(this.#database.reader, found.items) };
  }

  async note(accountSid: string, sid: string, text: string): Promise<boolean> {
    const noted = await this.#writes.submit(noteCall, { accountSid, sid, text });
    if (noted) this.#onNoted(sid);
    return noted;
  }

  async remove(accountSid: string, sid: string): Promise<boolean> {
    return await this.#writes.submit(removeCall, { accountSid, sid });
  }
}

/** All conditions of a list of calls; each filter but `subAccounts` and `conferenceSid` has an index in the list's order. */
export function callQuery(reader: Knex, accountSid: string, filter: CallFilter): Knex.QueryBuilder {
  const query = reader('calls');
  if (filter.subAccounts === true) void query.whereRaw(`account_sid in ${ACCOUNT_TREE}`, [accountSid]);
  else void query.where({ account_sid: accountSid });
  if (filter.status !== undefined) void query.where('status', filter.status);
  if (filter.to !== undefined) void query.where('to_party', filter.to);
  if (filter.from !== undefined) void query.where('from_party', filter.from);
  if (filter.direction !== undefined) void query.where('direction', filter.direction);
  if (filter.parentCallSid !== undefined) void query.where('parent_call_sid', filter.parentCallSid);
  if (filter.phoneNumberSid !== undefined) void query.where('phone_number_sid', filter.phoneNumberSid);
  if (filter.trunkSid !== undefined) void query.where('trunk_sid', filter.trunkSid);
  if (filter.conferenceSid !== undefined) {
    const inRoom = reader('participants').select('sid').where({ conference_sid: filter.conferenceSid });
    void query.whereIn('sid', inRoom);
  }
  if (filter.hasProblem !== undefined) withProblem(query, filter.hasProblem);
  if (filter.search !== undefined) searched(query, filter.search);
  if (filter.startTimeFrom !== undefined) void query.where('initiated_at', '>=', filter.startTimeFrom);
  if (filter.startTimeBefore !== undefined) void query.where('initiated_at', '<', filter.startTimeBefore);
  if (filter.endTimeFrom !== undefined) void query.where('ended_at', '>=', filter.endTimeFrom);
  if (filter.endTimeBefore !== undefined) void query.where('ended_at', '<', filter.endTimeBefore);
  // Calls without the time have no place in the order, and databases sort NULL differently.
  if (filter.sort?.by === 'startTime') void query.whereNotNull('initiated_at');
  if (filter.sort?.by === 'endTime') void query.whereNotNull('ended_at');
  return query;
}

function withProblem(query: Knex.QueryBuilder, hasProblem: boolean): void {
  const not = hasProblem ? '' : 'not ';
  void query.whereRaw(`${not}exists (select 1 from notifications n where n.call_sid = calls.sid)`);
}

/** Any leg leads to all legs of its call; any part of a number or name to the calls with it. */
function searched(query: Knex.QueryBuilder, text: string): void {
  if (isSid('CA', text)) {
    void query.whereRaw('root_call_sid = (select root_call_sid from calls where sid = ?)', [text]);
    return;
  }
  const part = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  const like = ['from_party', 'to_party', 'caller_name'].map(
    (column) => `lower(${column}) like ? escape '\\'`,
  );
  void query.whereRaw(`(${like.join(' or ')})`, [part, part, part]);
}

const SORT_COLUMNS = {
  dateCreated: { column: 'created_at' },
  startTime: { column: 'initiated_at' },
  endTime: { column: 'ended_at' },
  from: { column: 'from_party', then: 'created_at' },
  to: { column: 'to_party', then: 'created_at' },
  status: { column: 'status', then: 'created_at' },
} as const satisfies Record<CallSort['by'], ListOrder>;

/** A range of times is read in the order of those times: in another one, each page would have to sort the whole range. */
export function orderOf({ sort, ...filter }: CallFilter): ListOrder {
  if (sort !== undefined) return { ...SORT_COLUMNS[sort.by], direction: sort.direction };
  if (filter.startTimeFrom !== undefined || filter.startTimeBefore !== undefined)
    return SORT_COLUMNS.startTime;
  if (filter.endTimeFrom !== undefined || filter.endTimeBefore !== undefined) return SORT_COLUMNS.endTime;
  return SORT_COLUMNS.dateCreated;
}

interface CallNote {
  readonly accountSid: string;
  readonly sid: string;
  readonly text: string;
}

const noteCall: WriteKind<CallNote, boolean> = {
  whenUnavailable: 'refuse',
  transaction: 'alone',
  run: async (trx, inputs) => {
    const noted: boolean[] = [];
    for (const { accountSid, sid, text } of inputs) {
      const query = trx('calls').where({ sid, account_sid: accountSid });
      noted.push((await query.update({ note: text === '' ? null : text })) > 0);
    }
    return noted;
  },
};

const removeCall: WriteKind<{ readonly accountSid: string; readonly sid: string }, boolean> = {
  whenUnavailable: 'refuse',
  transaction: 'alone',
  run: async (trx, inputs) => {
    const removed: boolean[] = [];
    for (const { accountSid, sid } of inputs) {
      const query = trx('calls').where({ sid, account_sid: accountSid }).whereNotNull('ended_at');
      const found = (await query.del()) > 0;
      if (found) await removeBelongings(trx, sid);
      removed.push(found);
    }
    return removed;
  },
};

/** Callbacks that are still owed are sent all the same; the retention removes them later. */
async function removeBelongings(trx: Knex.Transaction, callSid: string): Promise<void> {
  await trx('call_events').where({ call_sid: callSid }).del();
  await trx('notifications').where({ call_sid: callSid }).del();
  await trx('streams').where({ call_sid: callSid }).del();
  await trx('sip_traces').where({ call_sid: callSid }).del();
  await trx('callbacks').where({ call_sid: callSid }).whereNot({ state: 'pending' }).del();
}
