import type { Knex } from 'knex';
import type { CallbackRecord, CallEventRecord, TimelineRepository } from '../../records/call-history.ts';
import { type CallbackRow, withAttempts } from '../callbacks/callback-records.ts';
import type { Database } from '../database.ts';
import { fromJson } from '../rows.ts';

/** A row of `call_events`. */
export interface EventRow {
  readonly id: number;
  readonly call_sid: string;
  readonly at: number;
  readonly kind: string;
  readonly data: string;
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
      .whereIn('call_sid', await this.familyOf(callSid))
      .orderBy(['at', 'id']);
    return rows.map(eventOf);
  }

  async callbacksOf(callSid: string): Promise<readonly CallbackRecord[]> {
    const rows: CallbackRow[] = await this.#reader('callbacks')
      .whereIn('call_sid', await this.familyOf(callSid))
      .orderBy('id');
    return await withAttempts(this.#reader, rows);
  }

  async familyOf(callSid: string): Promise<readonly string[]> {
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

export function eventOf(row: EventRow): CallEventRecord {
  return { id: row.id, callSid: row.call_sid, at: row.at, kind: row.kind, data: fromJson(row.data) };
}
