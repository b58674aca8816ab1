import type { Knex } from 'knex';
import type { JournalEntry, StoredLeg } from '../../call/journal-store.ts';
import { callbackRows, KEEP_LINE, lineRows, type PlacedCallback } from '../callbacks/callback-lines.ts';
import { insertRows, orNull, type Row, updateRows } from '../rows.ts';
import { NO_CALL } from '../tables/notifications.ts';
import { legColumns, stateColumns } from '../tables/call-row.ts';
import { writeConferences } from '../tables/conferences.ts';
import { writeKeptDocuments } from '../tables/kept-documents.ts';
import { writeQueues } from '../tables/queues.ts';
import { CHANGE_RECORDING, recordingRows } from '../tables/recordings.ts';
import { CHANGE_MESSAGE, messageRows } from '../tables/messages.ts';
import { CHANGE_STREAM, streamRows } from '../tables/streams.ts';
import { EntryError } from '../write-failure.ts';
import type { CommittedEntry } from './journal-table.ts';

/** Who drives the legs, and where: kept in every leg's row. */
export interface Owner {
  readonly owner?: string;
  readonly asteriskId?: string;
  /** In a cluster: the switch that rows other than legs belong to. */
  readonly switchId?: string;
}

/** An entry as it is written into the tables. */
export interface EntryToWrite extends CommittedEntry {
  /** The entry's callbacks. */
  readonly owed: readonly PlacedCallback[];
}

/** In rows of about a kilobyte; documents are long. */
export function weightOf({ entry, position }: Pick<CommittedEntry, 'entry' | 'position'>): number {
  const lines = [
    entry.events,
    entry.notifications,
    entry.callbacks,
    entry.participants,
    entry.queueMembers,
    entry.messages,
  ];
  const rows = lines.reduce((sum, some) => sum + (some?.length ?? 0), 1);
  return rows + ((position?.length ?? 0) + (entry.document?.text.length ?? 0)) / 1024;
}

/** Writes entries into the tables, in order. @throws EntryError, or the database's error about what they hold */
export async function writeEntries(
  trx: Knex.Transaction,
  written: readonly EntryToWrite[],
  owner: Owner,
): Promise<void> {
  const entries = written.map(({ entry }) => entry);
  await writeLegs(trx, written, owner);
  await writePositions(trx, written);
  await writeKeptDocuments(trx, entries);
  await insertRows(trx, 'call_events', eventRows(entries));
  const callbacks = written.flatMap(({ owed }) => owed);
  await insertRows(trx, 'callback_lines', withSwitch(lineRows(callbacks), owner), KEEP_LINE);
  await insertRows(trx, 'callbacks', callbackRows(callbacks));
  await insertRows(trx, 'notifications', notificationRows(entries));
  const recordings = entries.flatMap((entry) => entry.recordings ?? []);
  await insertRows(trx, 'recordings', withSwitch(recordingRows(recordings), owner), CHANGE_RECORDING);
  const streams = entries.flatMap((entry) => entry.streams ?? []);
  await insertRows(trx, 'streams', withSwitch(streamRows(streams), owner), CHANGE_STREAM);
  const messages = entries.flatMap((entry) => entry.messages ?? []);
  await insertRows(trx, 'messages', withSwitch(messageRows(messages), owner), CHANGE_MESSAGE);
  await writeConferences(trx, entries, (rows) => withSwitch(rows, owner));
  await writeQueues(trx, entries, (rows) => withSwitch(rows, owner));
}

function withSwitch(rows: readonly Row[], { switchId }: Owner): readonly Row[] {
  return switchId === undefined ? rows : rows.map((row) => ({ ...row, switch_id: switchId }));
}

/** What a later entry of the same leg may change; who it is and where it belongs stays. */
const FIXED_COLUMNS = new Set([
  'sid',
  'account_sid',
  'parent_call_sid',
  'root_call_sid',
  'created_at',
  'phone_number_sid',
]);

async function writeLegs(
  trx: Knex.Transaction,
  written: readonly EntryToWrite[],
  owner: Owner,
): Promise<void> {
  // Only the last state of a leg is written: nobody could see the ones before it within this transaction.
  const legs = new Map<string, StoredLeg & { readonly at: number }>();
  for (const { entry, at } of written) {
    if (entry.leg === undefined) continue;
    const { sid } = entry.leg.leg;
    const endedBy = entry.leg.endedBy ?? legs.get(sid)?.endedBy;
    legs.set(sid, { ...entry.leg, at, ...(endedBy === undefined ? {} : { endedBy }) });
  }

  if (legs.size === 0) return;
  const parents = [...legs.values()].flatMap(({ leg }) => leg.parentCallSid ?? []);
  const roots = await rootsOf(trx, parents);
  const rows = [...legs.values()].map(({ leg, state, endedBy, at }): Row => {
    const root =
      leg.parentCallSid === undefined ? leg.sid : (roots.get(leg.parentCallSid) ?? leg.parentCallSid);
    roots.set(leg.sid, root);
    return {
      ...legColumns(leg),
      root_call_sid: root,
      owner: orNull(owner.owner),
      asterisk_id: orNull(owner.asteriskId),
      ...stateColumns(state),
      ended_by: orNull(endedBy),
      updated_at: at,
    };
  });
  const changed = Object.keys(rows[0] ?? {}).filter((column) => !FIXED_COLUMNS.has(column));
  const set = changed.map(newValue).join(', ');
  await insertRows(trx, 'calls', rows, `on conflict (sid) do update set ${set}`);
}

/** Who ended a leg is said once; what else is written of it later says nothing of that. */
function newValue(column: string): string {
  if (column === 'ended_by') return 'ended_by = coalesce(excluded.ended_by, calls.ended_by)';
  return `${column} = excluded.${column}`;
}

async function rootsOf(trx: Knex.Transaction, sids: readonly string[]): Promise<Map<string, string>> {
  if (sids.length === 0) return new Map();
  const rows: readonly { sid: string; root_call_sid: string }[] = await trx('calls')
    .select('sid', 'root_call_sid')
    .whereIn('sid', [...new Set(sids)]);
  return new Map(rows.map((row) => [row.sid, row.root_call_sid]));
}

async function writePositions(trx: Knex.Transaction, written: readonly EntryToWrite[]): Promise<void> {
  const positions = new Map<string, string | null>();
  for (const { entry, position } of written) {
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
      call_sid: notification.callSid ?? NO_CALL,
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
