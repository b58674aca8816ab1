import { compact } from '../../call/compact.ts';
import type { JournalEntry } from '../../call/journal-store.ts';
import type { CallbackRecord } from '../../records/call-history.ts';
import type { ChangedCall, OwnedCallEvent } from '../../records/changes.ts';
import type { QueueWithSize } from '../../records/queue-repository.ts';
import { presentCallback } from '../callbacks/presenter.ts';
import { presentCall } from '../calls/presenter.ts';
import { timelineOf } from '../calls/timeline.ts';
import { presentConference, presentParticipant } from '../conferences/presenter.ts';
import type { JsonObject } from '../http/rendering.ts';
import { presentNotification } from '../notifications/presenter.ts';
import type { Place } from '../place.ts';
import { presentQueue } from '../queues/presenter.ts';
import { presentRecording } from '../recordings/presenter.ts';
import { presentStream } from '../streams/presenter.ts';
import type { LiveEventName } from './live-event.ts';

/** An event as far as its own record tells: who is above its account and its call is not known yet. */
export interface DraftEvent {
  readonly name: LiveEventName;
  readonly accountSid: string;
  readonly callSid?: string;
  /** The first leg of its call, when that is known already. */
  readonly root?: string;
  readonly present: (place: Place) => JsonObject;
}

/** What of an entry is shown as it stands in it. */
export function eventsOfEntry(entry: JournalEntry): readonly DraftEvent[] {
  const { notifications = [], recordings = [], conference, participants = [], streams = [] } = entry;
  return [
    ...notifications.map(
      (record): DraftEvent => ({
        ...ownerOf(record),
        name: 'notification.created',
        present: (place) => presentNotification(record, place) as JsonObject,
      }),
    ),
    ...recordings.map(
      (record): DraftEvent => ({
        ...ownerOf(record),
        name: 'recording.updated',
        present: (place) => presentRecording(record, place) as JsonObject,
      }),
    ),
    ...(conference === undefined ? [] : [conference]).map(
      (record): DraftEvent => ({
        accountSid: record.accountSid,
        name: 'conference.updated',
        present: (place) => presentConference(record, place) as JsonObject,
      }),
    ),
    ...participants.map(
      (record): DraftEvent => ({
        ...ownerOf(record),
        name: 'participant.updated',
        present: (place) => presentParticipant(record, place) as JsonObject,
      }),
    ),
    ...streams.map(
      (record): DraftEvent => ({
        ...ownerOf(record),
        name: 'stream.updated',
        present: (place) => presentStream(record, place) as JsonObject,
      }),
    ),
  ];
}

export function eventOfCall({ record, root }: ChangedCall, how: 'created' | 'updated'): DraftEvent {
  return {
    root,
    name: `call.${how}`,
    accountSid: record.accountSid,
    callSid: record.sid,
    present: (place) => presentCall(record, place) as JsonObject,
  };
}

export function eventOfLine(line: OwnedCallEvent): DraftEvent {
  return { ...ownerOf(line), name: 'call.event', present: () => presentLine(timelineOf([line], [])[0]) };
}

/** The callback, and with `withLines` its lines of the timeline: a state that changed changes all of them. */
export function eventsOfCallback(record: CallbackRecord, withLines: boolean): readonly DraftEvent[] {
  const lines = withLines ? timelineOf([], [record]) : [];
  return [
    {
      ...ownerOf(record),
      name: 'callback.updated',
      present: (place) => presentCallback(record, place) as JsonObject,
    },
    ...lines.map(
      (line): DraftEvent => ({ ...ownerOf(record), name: 'call.event', present: () => presentLine(line) }),
    ),
  ];
}

/** A queue with who waits in it now. */
export function eventOfQueue(record: QueueWithSize): DraftEvent {
  return {
    accountSid: record.accountSid,
    name: 'queue.updated',
    present: (place) => presentQueue(record, place) as JsonObject,
  };
}

function presentLine(line: ReturnType<typeof timelineOf>[number] | undefined): JsonObject {
  return (line?.present() ?? {}) as JsonObject;
}

function ownerOf({ accountSid, callSid }: { readonly accountSid: string; readonly callSid?: string }) {
  return compact({ accountSid, callSid });
}
