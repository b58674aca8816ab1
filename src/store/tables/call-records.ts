import type { Knex } from 'knex';
import type { CallRecord } from '../../records/repositories.ts';
import { type CallRow, callOf } from './call-row.ts';

/** What other rows know of a call. */
interface Counts {
  readonly sid: string;
  readonly problem_count: number;
  readonly leg_count: number;
  readonly recording_count: number;
}

const COUNTS = `(select count(*) from notifications n where n.call_sid = calls.sid) as problem_count,
  (select count(*) from calls l where l.root_call_sid = calls.root_call_sid) as leg_count,
  (select count(*) from recordings r where r.call_sid = calls.sid) as recording_count`;

/** A row of `calls`, counted. */
export type CountedRow = CallRow & Counts;

/** The rows that `query` finds, counted; for a few of them. */
export async function countedRows(reader: Knex, query: Knex.QueryBuilder): Promise<readonly CountedRow[]> {
  return (await query.select('calls.*', reader.raw(COUNTS))) as CountedRow[];
}

/** The calls in these rows, counted: of a page, which is chosen before anything is counted. */
export async function callRecords(reader: Knex, rows: readonly CallRow[]): Promise<readonly CallRecord[]> {
  if (rows.length === 0) return [];
  const sids = rows.map(({ sid }) => sid);
  const counted = (await reader('calls').select('sid', reader.raw(COUNTS)).whereIn('sid', sids)) as Counts[];
  const countsOf = new Map(counted.map((counts) => [counts.sid, counts]));
  return rows.map((row) => {
    // A call that was removed meanwhile has none.
    const { problem_count = 0, leg_count = 1, recording_count = 0 } = countsOf.get(row.sid) ?? {};
    return callRecordOf({ ...row, problem_count, leg_count, recording_count });
  });
}

export function callRecordOf(row: CountedRow): CallRecord {
  const { problem_count: problemCount, leg_count: legCount, recording_count: recordingCount } = row;
  return { ...callOf(row), problemCount, legCount, recordingCount };
}
