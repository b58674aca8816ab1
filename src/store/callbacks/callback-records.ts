import type { Knex } from 'knex';
import type { RequestTiming } from '../../call/documents.ts';
import type { HttpMethod } from '../../call/http-method.ts';
import type { NewCallback } from '../../call/journal-store.ts';
import type { CallbackRecord } from '../../records/call-history.ts';
import { fromJson, optional } from '../rows.ts';

/** A row of `callbacks`, as far as people read it. */
export interface CallbackRow {
  readonly id: number;
  readonly sid: string;
  readonly account_sid: string;
  readonly call_sid: string;
  readonly line: string;
  readonly url: string;
  readonly method: HttpMethod;
  readonly parameters: string;
  readonly state: CallbackRecord['state'];
  readonly failure: string | null;
  readonly created_at: number;
  readonly settled_at: number | null;
}

interface AttemptRow {
  readonly callback_sid: string;
  readonly at: number;
  readonly duration_ms: number;
  readonly status: number | null;
  readonly error: string | null;
  readonly response_head: string | null;
  readonly timing: string | null;
}

/** The callbacks in these rows, with all their attempts. */
export async function withAttempts(
  reader: Knex,
  rows: readonly CallbackRow[],
): Promise<readonly CallbackRecord[]> {
  if (rows.length === 0) return [];
  const attempts: readonly AttemptRow[] = await reader('callback_attempts')
    .whereIn(
      'callback_sid',
      rows.map((row) => row.sid),
    )
    .orderBy('id');
  const bySid = new Map(rows.map((row) => [row.sid, [] as AttemptRow[]]));
  for (const attempt of attempts) bySid.get(attempt.callback_sid)?.push(attempt);
  return rows.map((row) => callbackOf(row, bySid.get(row.sid) ?? []));
}

/** The columns of a callback's request. */
export type RequestRow = Pick<
  CallbackRow,
  'sid' | 'account_sid' | 'call_sid' | 'url' | 'method' | 'parameters'
>;

/** What is sent, and for whom. */
export function requestOf(row: RequestRow): Omit<NewCallback, 'createdAt'> {
  return {
    sid: row.sid,
    accountSid: row.account_sid,
    callSid: row.call_sid,
    url: row.url,
    method: row.method,
    parameters: fromJson(row.parameters),
  };
}

function callbackOf(row: CallbackRow, attempts: readonly AttemptRow[]): CallbackRecord {
  return {
    ...requestOf(row),
    state: row.state,
    ...optional('failure', row.failure),
    createdAt: row.created_at,
    ...optional('settledAt', row.settled_at),
    attempts: attempts.map((attempt) => ({
      at: attempt.at,
      durationMs: attempt.duration_ms,
      ...optional('status', attempt.status),
      ...optional('error', attempt.error),
      ...optional('responseHead', attempt.response_head),
      ...(attempt.timing === null ? {} : { timing: fromJson<RequestTiming>(attempt.timing) }),
    })),
  };
}
