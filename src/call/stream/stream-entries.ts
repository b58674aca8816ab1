import { compact } from '../compact.ts';
import { iso8601 } from '../dates.ts';
import type {
  CallNotification,
  JournalEntry,
  NewCallback,
  NewCallEvent,
  NotificationRecord,
} from '../journal-store.ts';
import { present } from '../leg/parameters.ts';
import { newSid } from '../sids.ts';
import type { StreamError, StreamEvent, StreamRecord } from './stream-record.ts';
import type { SessionCounts } from './stream-session.ts';

/** What happened to a stream, as it is told to whoever asked. */
export interface StreamHappening {
  readonly event: StreamEvent;
  readonly error?: StreamError;
  readonly counts?: SessionCounts;
}

/** The entry for a new state of a stream: its row, the timeline, the callbacks that it owes, and what its author should read. */
export function streamEntry(
  record: StreamRecord,
  happenings: readonly StreamHappening[],
  at: number,
): { readonly entry: JournalEntry; readonly record: StreamRecord } {
  const callbacks = happenings.flatMap(
    (happening, index) => streamCallback(record, happening, record.nextSequence + index, at) ?? [],
  );
  const errors = happenings.flatMap(({ error }) => error ?? []);
  const next: StreamRecord = {
    ...record,
    nextSequence: record.nextSequence + happenings.length,
    dateUpdated: at,
  };
  const entry: JournalEntry = {
    subjectSid: record.callSid,
    accountSid: record.accountSid,
    streams: [next],
    events: [
      ...happenings.map((happening) => streamLine(record, happening, at)),
      ...errors.map((error) => noticeLine(record, 'error', error, at)),
    ],
    ...(callbacks.length === 0 ? {} : { callbacks }),
    ...(errors.length === 0
      ? {}
      : { notifications: errors.map((error) => notification(record, 'error', error, at)) }),
  };
  return { entry, record: next };
}

/** The entry that tells the application's author of something that its server does wrong, and that the stream survives. */
export function complaintEntry(record: StreamRecord, problem: StreamError, at: number): JournalEntry {
  return {
    subjectSid: record.callSid,
    accountSid: record.accountSid,
    events: [noticeLine(record, 'warning', problem, at)],
    notifications: [notification(record, 'warning', problem, at)],
  };
}

function streamCallback(
  record: StreamRecord,
  { event, error }: StreamHappening,
  sequence: number,
  at: number,
): NewCallback | undefined {
  const { statusCallback, accountSid, callSid, sid } = record;
  if (statusCallback === undefined) return undefined;
  const { url, method } = statusCallback;
  const parameters = present([
    ['AccountSid', accountSid],
    ['CallSid', callSid],
    ['StreamSid', sid],
    ['StreamName', record.name ?? sid],
    ['StreamEvent', event],
    ['StreamError', error?.message],
    ['ErrorCode', error === undefined ? undefined : String(error.code)],
    ['Timestamp', iso8601(at)],
    ['SequenceNumber', String(sequence)],
  ]);
  return { sid: newSid('CB'), accountSid, callSid, url, method, parameters, createdAt: at };
}

function streamLine(
  { accountSid, callSid, sid: streamSid, name, direction, track, url }: StreamRecord,
  { event, error, counts }: StreamHappening,
  at: number,
): NewCallEvent {
  const what = event === 'stream-started' ? { direction, track, url } : {};
  const errorCode = error?.code;
  const data = compact({ streamSid, name, event, ...what, errorCode, ...linesOf(counts) });
  return { accountSid, callSid, at, kind: 'stream', data };
}

function linesOf(counts: SessionCounts | undefined) {
  if (counts === undefined) return {};
  const { sent, received, streamedMs, playedMs, marks, clears, longestMarkMs } = counts;
  return {
    seconds: streamedMs / 1000,
    playedSeconds: playedMs / 1000,
    messagesSent: sent.messages,
    bytesSent: sent.bytes,
    messagesReceived: received.messages,
    bytesReceived: received.bytes,
    silentFrames: sent.silent,
    droppedFrames: sent.dropped,
    marks,
    clears,
    longestMarkMs,
  };
}

function noticeLine(
  { accountSid, callSid }: StreamRecord,
  level: NotificationRecord['level'],
  { code, message }: StreamError,
  at: number,
): NewCallEvent {
  return { accountSid, callSid, at, kind: 'notice', data: { level, errorCode: code, message } };
}

function notification(
  { accountSid, callSid, url }: StreamRecord,
  level: NotificationRecord['level'],
  { code, message }: StreamError,
  at: number,
): CallNotification {
  return { sid: newSid('NO'), accountSid, callSid, at, level, errorCode: code, message, requestUrl: url };
}
