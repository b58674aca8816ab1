import type { MessageRecord } from '../../call/message/message-record.ts';
import type { MessageFilter, MessageRepository } from '../../records/message-repository.ts';
import type { Page, PageRequest } from '../../records/page.ts';
import type { Database } from '../database.ts';
import type { GroupCommit, WriteKind } from '../group-commit.ts';
import { ofSwitch } from '../lease/scope.ts';
import { fromJson, onConflictChange, optional, orNull, type Row, toJson } from '../rows.ts';
import { readPage } from './paging.ts';

interface MessageRow {
  readonly sid: string;
  readonly account_sid: string;
  readonly call_sid: string | null;
  readonly from_party: string;
  readonly to_party: string;
  readonly body: string;
  readonly direction: MessageRecord['direction'];
  readonly status: MessageRecord['status'];
  readonly error_code: number | null;
  readonly error_message: string | null;
  readonly status_callback: string | null;
  readonly sent_at: number | null;
  readonly created_at: number;
  readonly updated_at: number;
}

function messageColumns(record: MessageRecord): Row {
  return {
    sid: record.sid,
    account_sid: record.accountSid,
    call_sid: orNull(record.callSid),
    from_party: record.from,
    to_party: record.to,
    body: record.body,
    direction: record.direction,
    status: record.status,
    error_code: orNull(record.error?.code),
    error_message: orNull(record.error?.message),
    status_callback: toJson(record.statusCallback),
    sent_at: orNull(record.dateSent),
    created_at: record.dateCreated,
    updated_at: record.dateUpdated,
  };
}

/** What can change of a message that is stored already. */
export const CHANGE_MESSAGE = onConflictChange('sid', [
  'status',
  'error_code',
  'error_message',
  'sent_at',
  'updated_at',
]);

/** One row for each message, with its last state: PostgreSQL changes a row once in a statement. */
export function messageRows(records: readonly MessageRecord[]): readonly Row[] {
  return [...new Map(records.map((record) => [record.sid, messageColumns(record)])).values()];
}

function messageOf(row: MessageRow): MessageRecord {
  return {
    sid: row.sid,
    accountSid: row.account_sid,
    ...optional('callSid', row.call_sid),
    from: row.from_party,
    to: row.to_party,
    body: row.body,
    direction: row.direction,
    status: row.status,
    ...(row.error_code === null ? {} : { error: { code: row.error_code, message: row.error_message ?? '' } }),
    ...(row.status_callback === null ? {} : { statusCallback: fromJson(row.status_callback) }),
    ...optional('dateSent', row.sent_at),
    dateCreated: row.created_at,
    dateUpdated: row.updated_at,
  };
}

interface Final {
  readonly accountSid: string;
  readonly sid: string;
}

/** The messages in SQL; the journal writes them, but for what people remove. */
export class SqlMessages implements MessageRepository {
  readonly #database: Database;
  readonly #writes: GroupCommit;
  readonly #switchId: string | undefined;

  /** `switchId`, in a cluster: whose messages are unfinished here. */
  constructor(database: Database, writes: GroupCommit, switchId?: string) {
    this.#database = database;
    this.#writes = writes;
    this.#switchId = switchId;
  }

  async find(accountSid: string, sid: string): Promise<MessageRecord | undefined> {
    const row: MessageRow | undefined = await this.#database
      .reader('messages')
      .where({ sid, account_sid: accountSid })
      .first();
    return row === undefined ? undefined : messageOf(row);
  }

  async list(
    accountSid: string,
    page: PageRequest,
    { from, to, sentFrom, sentBefore }: MessageFilter,
  ): Promise<Page<MessageRecord>> {
    const query = this.#database.reader('messages').where({ account_sid: accountSid });
    if (from !== undefined) void query.where('from_party', from);
    if (to !== undefined) void query.where('to_party', to);
    if (sentFrom !== undefined) void query.where('sent_at', '>=', sentFrom);
    if (sentBefore !== undefined) void query.where('sent_at', '<', sentBefore);
    return await readPage(query, { column: 'created_at' }, page, messageOf);
  }

  async unfinished(): Promise<readonly MessageRecord[]> {
    const { sql, values } = ofSwitch(this.#switchId);
    const rows: MessageRow[] = await this.#database
      .reader('messages')
      .whereRaw(`status = 'queued'${sql}`, [...values])
      .orderBy(['created_at', 'sid']);
    return rows.map(messageOf);
  }

  async removeText(accountSid: string, sid: string, at: number): Promise<boolean> {
    return await this.#writes.submit(emptyText, { accountSid, sid, at });
  }

  async remove(accountSid: string, sid: string): Promise<boolean> {
    return await this.#writes.submit(removeMessage, { accountSid, sid });
  }
}

const emptyText: WriteKind<Final & { readonly at: number }, boolean> = {
  whenUnavailable: 'refuse',
  transaction: 'alone',
  run: async (trx, inputs) => {
    const emptied: boolean[] = [];
    for (const { accountSid, sid, at } of inputs) {
      const query = trx('messages').where({ sid, account_sid: accountSid }).whereNot({ status: 'queued' });
      emptied.push((await query.update({ body: '', updated_at: at })) > 0);
    }
    return emptied;
  },
};

const removeMessage: WriteKind<Final, boolean> = {
  whenUnavailable: 'refuse',
  transaction: 'alone',
  run: async (trx, inputs) => {
    const removed: boolean[] = [];
    for (const { accountSid, sid } of inputs) {
      const query = trx('messages').where({ sid, account_sid: accountSid }).whereNot({ status: 'queued' });
      const found = (await query.del()) > 0;
      // A callback that is still owed is sent all the same.
      if (found) await trx('callbacks').where({ call_sid: sid }).whereNot({ state: 'pending' }).del();
      removed.push(found);
    }
    return removed;
  },
};
