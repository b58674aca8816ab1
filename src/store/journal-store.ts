import type { Knex } from 'knex';
import type { Clock } from '../concurrency/clock.ts';
import type { CommitOptions, JournalEntry, JournalStore } from '../call/journal-store.ts';
import {
  callbackRows,
  KEEP_LINE,
  lineRows,
  type OwedCallback,
  owedCallback,
} from './callbacks/callback-lines.ts';
import { legColumns, stateColumns } from './tables/call-row.ts';
import { writeConferences } from './tables/conferences.ts';
import type { Outbox } from './callbacks/outbox.ts';
import type { GroupCommit, WriteKind } from './group-commit.ts';
import { CHANGE_RECORDING, recordingColumns } from './tables/recordings.ts';
import { insertRows, orNull, type Row, toJson, updateRows } from './rows.ts';
import { EntryError } from './write-failure.ts';

/** Who drives the legs, and where: kept in every leg's row. */
export interface Owner {
  readonly owner?: string;
  readonly asteriskId?: string;
}

/** The journal on the tables; entries that come together are written in one transaction. */
export class SqlJournalStore implements JournalStore {
  readonly #writes: GroupCommit;
  readonly #kind: WriteKind<Submitted, void>;
  readonly #refusable: WriteKind<Submitted, void>;
  readonly #outbox: Outbox;
  readonly #clock: Clock;

  constructor(writes: GroupCommit, outbox: Outbox, clock: Clock, owner: Owner) {
    this.#writes = writes;
    this.#outbox = outbox;
    this.#clock = clock;
    this.#kind = {
      whenUnavailable: 'keep',
      transaction: 'shared',
      share: ({ entry, position }) => ({ accountSid: entry.accountSid, weight: weightOf(entry, position) }),
      run: async (trx, submitted) => {
        await writeEntries(trx, submitted, { ...owner, at: clock.now(), isHeld: outbox.isHeld });
        return submitted.map(() => undefined);
      },
    };
    this.#refusable = { ...this.#kind, whenUnavailable: 'refuse' };
  }

  async commit(entry: JournalEntry, { whenUnavailable = 'keep' }: CommitOptions = {}): Promise<void> {
    const aheadMs = this.#clock.steady() - this.#clock.now();
    const owed = (entry.callbacks ?? []).map((callback) => owedCallback(callback, aheadMs));
    const position = entry.position === null ? null : (toJson(entry.position) ?? undefined);
    const kind = whenUnavailable === 'keep' ? this.#kind : this.#refusable;
    this.#outbox.take(owed);
    try {
      await this.#writes.submit(kind, { entry, owed, position });
    } catch (error) {
      this.#outbox.drop(owed);
      throw error;
    }
    this.#outbox.committed(owed);
  }
}

interface Submitted {
  readonly entry: JournalEntry;
  readonly owed: readonly OwedCallback[];
  /** The entry's position as JSON; null removes it. */
  readonly position: string | null | undefined;
}

/** In rows of about a kilobyte; a position holds its document. */
function weightOf(entry: JournalEntry, position: string | null | undefined): number {
  const lines = [entry.events, entry.notifications, entry.callbacks, entry.participants];
  const rows = lines.reduce((sum, some) => sum + (some?.length ?? 0), 1);
  return rows + (position?.length ?? 0) / 1024;
}

interface Writing extends Owner {
  readonly at: number;
  readonly isHeld: (callbackSid: string) => boolean;
}

async function writeEntries(
  trx: Knex.Transaction,
  submitted: readonly Submitted[],
  writing: Writing,
): Promise<void> {
  const entries = submitted.map(({ entry }) => entry);
  await writeLegs(trx, entries, writing);
  await writePositions(trx, submitted);
  await insertRows(trx, 'call_events', eventRows(entries));
  const callbacks = submitted.flatMap(({ owed }) => owed);
  await insertRows(trx, 'callback_lines', lineRows(callbacks, writing.isHeld), KEEP_LINE);
  await insertRows(trx, 'callbacks', callbackRows(callbacks));
  await insertRows(trx, 'notifications', notificationRows(entries));
  await insertRows(trx, 'recordings', recordingRows(entries), CHANGE_RECORDING);
  await writeConferences(trx, entries);
}

/** What a later entry of the same leg may change; who it is and where it belongs stays. */
const FIXED_COLUMNS = new Set(['sid', 'account_sid', 'parent_call_sid', 'root_call_sid', 'created_at']);

async function writeLegs(
  trx: Knex.Transaction,
  entries: readonly JournalEntry[],
  writing: Writing,
): Promise<void> {
  // Only the last state of a leg is written: nobody could see the ones before it within this transaction.
  const legs = new Map(entries.flatMap((entry) => (entry.leg ? [[entry.leg.leg.sid, entry.leg]] : [])));
  if (legs.size === 0) return;
  const parents = [...legs.values()].flatMap(({ leg }) => leg.parentCallSid ?? []);
  const roots = await rootsOf(trx, parents);
  const rows = [...legs.values()].map(({ leg, state }): Row => {
    const root =
      leg.parentCallSid === undefined ? leg.sid : (roots.get(leg.parentCallSid) ?? leg.parentCallSid);
    roots.set(leg.sid, root);
    return {
      ...legColumns(leg),
      root_call_sid: root,
      owner: orNull(writing.owner),
      asterisk_id: orNull(writing.asteriskId),
      ...stateColumns(state),
      updated_at: writing.at,
    };
  });
  const changed = Object.keys(rows[0] ?? {}).filter((column) => !FIXED_COLUMNS.has(column));
  const set = changed.map((column) => `${column} = excluded.${column}`).join(', ');
  await insertRows(trx, 'calls', rows, `on conflict (sid) do update set ${set}`);
}

async function rootsOf(trx: Knex.Transaction, sids: readonly string[]): Promise<Map<string, string>> {
  if (sids.length === 0) return new Map();
  const rows: readonly { sid: string; root_call_sid: string }[] = await trx('calls')
    .select('sid', 'root_call_sid')
    .whereIn('sid', [...new Set(sids)]);
  return new Map(rows.map((row) => [row.sid, row.root_call_sid]));
}

async function writePositions(trx: Knex.Transaction, submitted: readonly Submitted[]): Promise<void> {
  const positions = new Map<string, string | null>();
  for (const { entry, position } of submitted) {
    if (position !== undefined) positions.set(entry.subjectSid, position);
  }
  if (positions.size === 0) return;
  const values = [...positions].map(([sid, position]) => ({ sid, position }));
  const change = { set: 'position = v.position', where: 'calls.sid = v.sid', returning: ['sid'] };
  const rows = await updateRows<{ readonly sid: string }>(trx, 'calls', values, change);
  const found = new Set(rows.map(({ sid }) => sid));
  const missing = [...positions.keys()].find((sid) => !found.has(sid));
  // It would be lost without a word.
  if (missing !== undefined) throw new EntryError(`A position of ${missing}, which is not there`);
}

function eventRows(entries: readonly JournalEntry[]): readonly Row[] {
  return entries.flatMap((entry) =>
    (entry.events ?? []).map((event) => ({
      account_sid: event.accountSid,
      call_sid: event.callSid,
      at: event.at,
      kind: event.kind,
      data: JSON.stringify(event.data),
    })),
  );
}

function notificationRows(entries: readonly JournalEntry[]): readonly Row[] {
  return entries.flatMap((entry) =>
    (entry.notifications ?? []).map((notification) => ({
      sid: notification.sid,
      account_sid: notification.accountSid,
      call_sid: notification.callSid,
      at: notification.at,
      level: notification.level,
      error_code: notification.errorCode,
      message: notification.message,
      request_url: orNull(notification.requestUrl),
      request_method: orNull(notification.requestMethod),
      response_body: orNull(notification.responseBody),
    })),
  );
}

/** Only the last state of a recording is written: PostgreSQL changes a row once in a statement. */
function recordingRows(entries: readonly JournalEntry[]): readonly Row[] {
  const recordings = entries.flatMap((entry) => entry.recordings ?? []);
  const last = new Map(recordings.map((record) => [record.sid, record]));
  return [...last.values()].map(recordingColumns);
}
