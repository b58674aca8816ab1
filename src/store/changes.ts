import type { Knex } from 'knex';
import type { CallbackRecord } from '../records/call-history.ts';
import type { Change, ChangedCall, Changes, OwnedCallEvent, WrittenEvents } from '../records/changes.ts';
import { type CallbackRow, withAttempts } from './callbacks/callback-records.ts';
import type { Database } from './database.ts';
import { type EventRow, eventOf } from './tables/timeline.ts';
import { callRecordOf, countedRows } from './tables/call-records.ts';

/** What the tables take is told here; it costs nothing while nobody listens. */
export class SqlChanges implements Changes {
  readonly #reader: Knex;
  readonly #queuesOf: Changes['queues'];
  readonly #listeners = new Set<(change: Change) => void>();

  /** `queuesOf` reads queues by their SIDs. */
  constructor({ reader }: Pick<Database, 'reader'>, queuesOf: Changes['queues']) {
    this.#reader = reader;
    this.#queuesOf = queuesOf;
  }

  /** For the store: this was committed. */
  tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async calls(sids: readonly string[]): Promise<readonly ChangedCall[]> {
    if (sids.length === 0) return [];
    const rows = await countedRows(this.#reader, this.#reader('calls').whereIn('sid', sids));
    return rows.map((row) => ({ record: callRecordOf(row), root: row.root_call_sid }));
  }

  async callbacks(sids: readonly string[]): Promise<readonly CallbackRecord[]> {
    if (sids.length === 0) return [];
    const rows: CallbackRow[] = await this.#reader('callbacks').whereIn('sid', sids).orderBy('id');
    return await withAttempts(this.#reader, rows);
  }

  queues(sids: readonly string[]): ReturnType<Changes['queues']> {
    return this.#queuesOf(sids);
  }

  async events({ after, roots, most }: WrittenEvents): Promise<readonly OwnedCallEvent[]> {
    const query = this.#reader('call_events').where('id', '>', after).orderBy('id').limit(most);
    if (roots !== undefined) {
      void query.whereIn('call_sid', this.#reader('calls').select('sid').whereIn('root_call_sid', roots));
    }
    const rows = (await query) as (EventRow & { readonly account_sid: string })[];
    return rows.map((row) => ({ ...eventOf(row), accountSid: row.account_sid }));
  }

  async lastEvent(): Promise<number> {
    const [row] = (await this.#reader('call_events').max({ id: 'id' })) as [{ readonly id: number | null }];
    return row.id ?? 0;
  }

  async rootsOf(callSids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (callSids.length === 0) return new Map();
    const rows: readonly { sid: string; root_call_sid: string }[] = await this.#reader('calls')
      .select('sid', 'root_call_sid')
      .whereIn('sid', callSids);
    return new Map(rows.map((row) => [row.sid, row.root_call_sid]));
  }
}
