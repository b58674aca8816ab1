import type { NewCallEvent } from '../journal-store.ts';
import type { QueueRecord, QueueResult } from './queue-record.ts';

/** What the timeline of a leg says of a queue. `other` is the leg at the other end. */
export interface QueueHappening {
  readonly callSid: string;
  readonly event: 'queued' | 'dequeued' | 'bridged' | 'back-in-place' | 'moved' | 'left';
  readonly other?: string;
  readonly result?: QueueResult;
  /** Whole seconds that the member waited. */
  readonly waited?: number;
}

/** The line that this adds to the leg's timeline. */
export function queueEvent(
  { accountSid, sid: queueSid, friendlyName }: QueueRecord,
  at: number,
  { callSid, ...data }: QueueHappening,
): NewCallEvent {
  return { accountSid, callSid, at, kind: 'queue', data: { queueSid, friendlyName, ...data } };
}
