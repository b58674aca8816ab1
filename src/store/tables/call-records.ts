import type { Knex } from 'knex';
import type { CallRecord } from '../../records/repositories.ts';
import { type CallRow, callOf } from './call-row.ts';

interface Counted {
  readonly sid: string;
  readonly count: number;
}

/** The calls in these rows, with what other tables know of them. */
export async function callRecords(reader: Knex, rows: readonly CallRow[]): Promise<readonly CallRecord[]> {
  if (rows.length === 0) return [];
  const sids = rows.map(({ sid }) => sid);
  const problems: readonly Counted[] = await reader('notifications')
    .select({ sid: 'call_sid' })
    .count({ count: '*' })
    .whereIn('call_sid', sids)
    .groupBy('call_sid');
  const roots = [...new Set(rows.map((row) => row.root_call_sid))];
  const legs: readonly Counted[] = await reader('calls')
    .select({ sid: 'root_call_sid' })
    .count({ count: '*' })
    .whereIn('root_call_sid', roots)
    .groupBy('root_call_sid');
  const [problemsOf, legsOf] = [byKey(problems), byKey(legs)];
  return rows.map((row) => ({
    ...callOf(row),
    problemCount: problemsOf.get(row.sid) ?? 0,
    legCount: legsOf.get(row.root_call_sid) ?? 1,
  }));
}

function byKey(counted: readonly Counted[]): ReadonlyMap<string, number> {
  return new Map(counted.map(({ sid, count }) => [sid, count]));
}
