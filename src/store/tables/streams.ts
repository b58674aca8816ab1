import type { StreamRecord } from '../../call/stream/stream-record.ts';
import type { Page, PageRequest } from '../../records/page.ts';
import type { StreamRepository } from '../../records/stream-repository.ts';
import type { Database } from '../database.ts';
import { ofSwitch } from '../lease/scope.ts';
import { fromJson, onConflictChange, optional, orNull, type Row, toJson } from '../rows.ts';
import { readPage } from './paging.ts';

interface StreamRow {
  readonly sid: string;
  readonly account_sid: string;
  readonly call_sid: string;
  readonly name: string | null;
  readonly status: StreamRecord['status'];
  readonly direction: StreamRecord['direction'];
  readonly track: StreamRecord['track'];
  readonly url: string;
  readonly status_callback: string | null;
  readonly next_sequence: number;
  readonly error_code: number | null;
  readonly created_at: number;
  readonly updated_at: number;
}

function streamColumns(record: StreamRecord): Row {
  return {
    sid: record.sid,
    account_sid: record.accountSid,
    call_sid: record.callSid,
    name: orNull(record.name),
    status: record.status,
    direction: record.direction,
    track: record.track,
    url: record.url,
    status_callback: toJson(record.statusCallback),
    next_sequence: record.nextSequence,
    error_code: orNull(record.errorCode),
    created_at: record.dateCreated,
    updated_at: record.dateUpdated,
  };
}

/** What can change of a stream that is stored already. */
export const CHANGE_STREAM = onConflictChange('sid', ['status', 'next_sequence', 'error_code', 'updated_at']);

/** One row for each stream, with its last state: PostgreSQL changes a row once in a statement. */
export function streamRows(records: readonly StreamRecord[]): readonly Row[] {
  return [...new Map(records.map((record) => [record.sid, streamColumns(record)])).values()];
}

function streamOf(row: StreamRow): StreamRecord {
  return {
    sid: row.sid,
    accountSid: row.account_sid,
    callSid: row.call_sid,
    ...optional('name', row.name),
    status: row.status,
    direction: row.direction,
    track: row.track,
    url: row.url,
    ...(row.status_callback === null ? {} : { statusCallback: fromJson(row.status_callback) }),
    nextSequence: row.next_sequence,
    ...optional('errorCode', row.error_code),
    dateCreated: row.created_at,
    dateUpdated: row.updated_at,
  };
}

/** The streams in SQL; only the journal writes them. */
export class SqlStreams implements StreamRepository {
  readonly #database: Database;
  readonly #switchId: string | undefined;

  /** `switchId`, in a cluster: whose streams are unfinished here. */
  constructor(database: Database, switchId?: string) {
    this.#database = database;
    this.#switchId = switchId;
  }

  async find(callSid: string, sidOrName: string): Promise<StreamRecord | undefined> {
    const row: StreamRow | undefined = await this.#database
      .reader('streams')
      .where({ call_sid: callSid })
      .andWhere((query) => void query.where('sid', sidOrName).orWhere('name', sidOrName))
      // Of several with one name, the one that may still be running.
      .orderBy([
        { column: 'created_at', order: 'desc' },
        { column: 'sid', order: 'desc' },
      ])
      .first();
    return row === undefined ? undefined : streamOf(row);
  }

  async list(callSid: string, page: PageRequest): Promise<Page<StreamRecord>> {
    const query = this.#database.reader('streams').where({ call_sid: callSid });
    return await readPage(query, { column: 'created_at' }, page, streamOf);
  }

  async unfinished(): Promise<readonly StreamRecord[]> {
    const { sql, values } = ofSwitch(this.#switchId);
    const rows: StreamRow[] = await this.#database
      .reader('streams')
      .whereRaw(`status = 'in-progress'${sql}`, [...values])
      .orderBy(['created_at', 'sid']);
    return rows.map(streamOf);
  }
}
