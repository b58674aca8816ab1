import { z } from 'zod';
import { rfc2822 } from '../../call/dates.ts';
import { API_VERSION } from '../../call/leg/parameters.ts';
import { QUEUE_EVENTS, waitedSeconds } from '../../call/queue/queue-record.ts';
import type { QueueWithSize, WaitingMember } from '../../records/queue-repository.ts';
import { type Place, uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { date, dated, method, sid, text, uri, whole } from '../reply-parts.ts';

export const QUEUE = resource('Queue', {
  sid: sid('QU'),
  account_sid: sid('AC'),
  friendly_name: text,
  current_size: whole.meta({ description: 'Members that wait now' }),
  max_size: whole,
  status_callback: text.nullable(),
  status_callback_method: method,
  status_callback_event: z.array(z.enum(QUEUE_EVENTS)),
  average_wait_time: whole.meta({ description: 'Seconds: the mean of those that wait now' }),
  ...dated,
  subresource_uris: z.strictObject({ members: uri }),
});

/** One queue, as it is at this moment. */
export function presentQueue(record: QueueWithSize, place: Place): Shown<typeof QUEUE> {
  const sub = (...names: readonly string[]) =>
    uriOf(place, record.accountSid, 'Queues', record.sid, ...names);
  return {
    sid: record.sid,
    account_sid: record.accountSid,
    friendly_name: record.friendlyName,
    current_size: record.size,
    max_size: record.maxSize,
    average_wait_time: record.averageWaitS,
    status_callback: record.statusCallback?.url ?? null,
    status_callback_method: record.statusCallback?.method ?? 'POST',
    status_callback_event: record.statusCallback?.events ?? [],
    date_created: rfc2822(record.dateCreated),
    date_updated: rfc2822(record.dateUpdated),
    api_version: API_VERSION,
    uri: sub(),
    subresource_uris: { members: sub('Members') },
  };
}

export const QUEUE_MEMBER = resource('QueueMember', {
  call_sid: sid('CA'),
  queue_sid: sid('QU'),
  account_sid: sid('AC'),
  position: whole.meta({ description: 'From 1' }),
  wait_time: whole.meta({ description: 'Seconds' }),
  date_enqueued: date,
  uri,
});

/** One leg that waits, as it is at this moment. */
export function presentMember(record: WaitingMember, place: Place, now: number): Shown<typeof QUEUE_MEMBER> {
  const { accountSid, queueSid, callSid } = record;
  return {
    call_sid: callSid,
    queue_sid: queueSid,
    account_sid: accountSid,
    position: record.position,
    wait_time: waitedSeconds(record, now),
    date_enqueued: rfc2822(record.joinedAt),
    uri: uriOf(place, accountSid, 'Queues', queueSid, 'Members', callSid),
  };
}
