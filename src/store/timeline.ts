import type { Knex } from 'knex';
import type { HttpMethod } from '../call/leg.ts';
import type { CallbackRecord, CallEventRecord, TimelineRepository } from '../call/repositories.ts';
import type { Database } from './database.ts';
import { fromJson, optional } from './rows.ts';

interface EventRow {
  readonly id: number;
  readonly call_sid: string;
  readonly at: number;
  readonly kind: string;
  readonly data: string;
}

interface CallbackRow {
  readonly sid: string;
  readonly account_sid: string;
  readonly call_sid: string;
  readonly url: string;
  readonly method: HttpMethod;
  readonly parameters: string;
  readonly state: CallbackRecord['state'];
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
}

interface FamilyRow {
  readonly sid: string;
  readonly parent_call_sid: string | null;
}

/** What happened on a call and on the legs below it. */
export class SqlTimeline implements TimelineRepository {
  readonly #reader: Knex;

  constructor(database: Database) {
    this.#reader = database.reader;
  }

  async eventsOf(callSid: string): Promise<readonly CallEventRecord[]> {
    const rows: EventRow[] = await this.#reader('call_events')
      .whereIn('call_sid', await this.#withDescendants(callSid))
      .orderBy(['at', 'id']);
    return rows.map((row) => ({
      id: row.id,
      callSid: row.call_sid,
      at: row.at,
      kind: row.kind,
      data: fromJson(row.data),
    }));
  }

  async callbacksOf(callSid: string): Promise<readonly CallbackRecord[]> {
    const rows: CallbackRow[] = await this.#reader('callbacks')
      .whereIn('call_sid', await this.#withDescendants(callSid))
      .orderBy('id');
    const attempts: AttemptRow[] = await this.#reader('callback_attempts')
      .whereIn(
        'callback_sid',
        rows.map((row) => row.sid),
      )
      .orderBy('id');
    const bySid = new Map(rows.map((row) => [row.sid, [] as AttemptRow[]]));
    for (const attempt of attempts) bySid.get(attempt.callback_sid)?.push(attempt);
    return rows.map((row) => callbackOf(row, bySid.get(row.sid) ?? []));
  }

  async #withDescendants(callSid: string): Promise<readonly string[]> {
    const root = this.#reader('calls').select('root_call_sid').where({ sid: callSid });
    const rows: readonly FamilyRow[] = await this.#reader('calls')
      .select('sid', 'parent_call_sid')
      .where('root_call_sid', root);
    const children = new Map<string | null, string[]>();
    for (const { sid, parent_call_sid: parent } of rows) {
      children.set(parent, [...(children.get(parent) ?? []), sid]);
    }
    const found = [callSid];
    for (const sid of found) found.push(...(children.get(sid) ?? []));
    return found;
  }
}

function callbackOf(row: CallbackRow, attempts: readonly AttemptRow[]): CallbackRecord {
  return {
    sid: row.sid,
    accountSid: row.account_sid,
    callSid: row.call_sid,
    url: row.url,
    method: row.method,
    parameters: fromJson(row.parameters),
    state: row.state,
    createdAt: row.created_at,
    ...optional('settledAt', row.settled_at),
    attempts: attempts.map((attempt) => ({
      at: attempt.at,
      durationMs: attempt.duration_ms,
      ...optional('status', attempt.status),
      ...optional('error', attempt.error),
      ...optional('responseHead', attempt.response_head),
    })),
  };
}
