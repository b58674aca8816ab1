import { rfc2822 } from '../dates.ts';
import type { NewCallback } from '../journal-store.ts';
import { present } from '../leg/parameters.ts';
import { newSid } from '../sids.ts';
import type { QueueEvent, QueueRecord, QueueResult } from './queue-record.ts';

/** What a queue's callback tells of. */
export interface ToldOfQueue {
  readonly event: QueueEvent;
  readonly callSid: string;
  readonly result?: QueueResult;
  /** Whole seconds that it waited. */
  readonly waited?: number;
  /** From 1, of one that joins. */
  readonly position?: number;
  /** How many wait after this. */
  readonly size: number;
}

/** The complete callback that an event of a queue owes; undefined when nobody asked for it. */
export function queueCallback(
  { sid, accountSid, friendlyName, statusCallback, nextSequence }: QueueRecord,
  at: number,
  { event, callSid, result, waited, position, size }: ToldOfQueue,
): NewCallback | undefined {
  if (statusCallback?.events.includes(event) !== true) return undefined;
  return {
    sid: newSid('CB'),
    accountSid,
    // Not the leg's CallSid: all callbacks of a queue are one line, whichever leg they are about.
    callSid: sid,
    url: statusCallback.url,
    method: statusCallback.method,
    parameters: present([
      ['AccountSid', accountSid],
      ['QueueSid', sid],
      ['FriendlyName', friendlyName],
      ['CallSid', callSid],
      ['StatusCallbackEvent', event],
      ['QueueResult', result],
      ['QueueTime', waited === undefined ? undefined : String(waited)],
      ['QueuePosition', position === undefined ? undefined : String(position)],
      ['CurrentQueueSize', String(size)],
      ['Timestamp', rfc2822(at)],
      ['SequenceNumber', String(nextSequence)],
    ]),
    createdAt: at,
  };
}
