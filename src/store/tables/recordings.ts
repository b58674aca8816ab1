import type { Page, PageRequest } from '../../records/page.ts';
import type { RecordingFilter, RecordingRepository } from '../../records/recording-repository.ts';
import type {
  RecordingRecord,
  RecordingSource,
  RecordingStatus,
  RecordingTrack,
} from '../../call/recording/recording-record.ts';
import type { Database } from '../database.ts';
import type { GroupCommit, WriteKind } from '../group-commit.ts';
import { ofSwitch } from '../lease/scope.ts';
import { readPage } from './paging.ts';
import { fromJson, onConflictChange, optional, orNull, type Row, toJson } from '../rows.ts';

interface RecordingRow {
  readonly sid: string;
  readonly account_sid: string;
  readonly call_sid: string;
  readonly conference_sid: string | null;
  readonly status: RecordingStatus;
  readonly source: RecordingSource;
  readonly channels: 1 | 2;
  readonly name: string | null;
  readonly track: RecordingTrack | null;
  readonly pauses: string | null;
  readonly trim_silence: number;
  readonly status_callback: string | null;
  readonly transcription: string | null;
  readonly started_at: number;
  readonly duration: number | null;
  readonly created_at: number;
  readonly updated_at: number;
}

/** The columns of a recording. */
function recordingColumns(record: RecordingRecord): Row {
  return {
    sid: record.sid,
    account_sid: record.accountSid,
    call_sid: record.callSid,
    conference_sid: orNull(record.conferenceSid),
    status: record.status,
    source: record.source,
    channels: record.channels,
    name: orNull(record.name),
    track: orNull(record.track),
    pauses: toJson(record.pauses),
    trim_silence: Number(record.trimSilence),
    status_callback: toJson(record.statusCallback),
    transcription: toJson(record.transcription),
    started_at: record.startTime,
    duration: orNull(record.duration),
    created_at: record.dateCreated,
    updated_at: record.dateUpdated,
  };
}

/** What can change of a recording that is stored already. */
const CHANGING = ['status', 'pauses', 'transcription', 'duration', 'updated_at'] as const;

export const CHANGE_RECORDING = onConflictChange('sid', CHANGING);

/** One row for each recording, with its last state: PostgreSQL changes a row once in a statement. */
export function recordingRows(records: readonly RecordingRecord[]): readonly Row[] {
  const rows = new Map<string, Row>();
  for (const record of records) {
    const row = recordingColumns(record);
    const first = rows.get(record.sid);
    const changes = Object.fromEntries(CHANGING.map((column) => [column, row[column] ?? null]));
    rows.set(record.sid, first === undefined ? row : { ...first, ...changes });
  }
  return [...rows.values()];
}

function recordingOf(row: RecordingRow): RecordingRecord {
  return {
    sid: row.sid,
    accountSid: row.account_sid,
    callSid: row.call_sid,
    ...optional('conferenceSid', row.conference_sid),
    status: row.status,
    source: row.source,
    channels: row.channels,
    ...optional('name', row.name),
    ...optional('track', row.track),
    ...(row.pauses === null ? {} : { pauses: fromJson(row.pauses) }),
    trimSilence: row.trim_silence !== 0,
    ...(row.status_callback === null ? {} : { statusCallback: fromJson(row.status_callback) }),
    ...(row.transcription === null ? {} : { transcription: fromJson(row.transcription) }),
    startTime: row.started_at,
    ...optional('duration', row.duration),
    dateCreated: row.created_at,
    dateUpdated: row.updated_at,
  };
}

/** The recordings in SQL; only the journal writes them. */
export class SqlRecordings implements RecordingRepository {
  readonly #database: Database;
  readonly #writes: GroupCommit;
  readonly #switchId: string | undefined;

  /** `switchId`, in a cluster: whose recordings are unfinished here. */
  constructor(database: Database, writes: GroupCommit, switchId?: string) {
    this.#database = database;
    this.#writes = writes;
    this.#switchId = switchId;
  }

  async find(accountSid: string, sid: string): Promise<RecordingRecord | undefined> {
    const row: RecordingRow | undefined = await this.#database
      .reader('recordings')
      .where({ sid, account_sid: accountSid })
      .first();
    return row === undefined ? undefined : recordingOf(row);
  }

  async list(
    accountSid: string,
    page: PageRequest,
    { callSid, conferenceSid, createdFrom, createdBefore }: RecordingFilter,
  ): Promise<Page<RecordingRecord>> {
    const query = this.#database.reader('recordings').where({ account_sid: accountSid });
    if (callSid !== undefined) void query.where('call_sid', callSid);
    if (conferenceSid !== undefined) void query.where('conference_sid', conferenceSid);
    if (createdFrom !== undefined) void query.where('created_at', '>=', createdFrom);
    if (createdBefore !== undefined) void query.where('created_at', '<', createdBefore);
    return await readPage(query, { column: 'created_at' }, page, recordingOf);
  }

  async remove(accountSid: string, sid: string): Promise<boolean> {
    return await this.#writes.submit(removeRecording, { accountSid, sid });
  }

  async unfinished(): Promise<readonly RecordingRecord[]> {
    const { sql, values } = ofSwitch(this.#switchId);
    const rows: RecordingRow[] = await this.#database
      .reader('recordings')
      .whereRaw(`(status not in ('completed', 'absent') or transcription is not null)${sql}`, [...values])
      .orderBy(['created_at', 'sid']);
    return rows.map(recordingOf);
  }
}

const removeRecording: WriteKind<{ readonly accountSid: string; readonly sid: string }, boolean> = {
  whenUnavailable: 'refuse',
  transaction: 'alone',
  run: async (trx, inputs) => {
    const removed: boolean[] = [];
    for (const { accountSid, sid } of inputs) {
      const query = trx('recordings').where({ sid, account_sid: accountSid });
      // One that is still worked on would be written again.
      void query.whereIn('status', ['completed', 'absent']).whereNull('transcription');
      removed.push((await query.del()) > 0);
    }
    return removed;
  },
};
