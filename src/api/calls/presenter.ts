import { z } from 'zod';
import { ANSWERED_BY } from '../../call/answering-machine/machine-detection.ts';
import { rfc2822 } from '../../call/dates.ts';
import { ENDED_BY } from '../../call/leg/ended-by.ts';
import { API_VERSION } from '../../call/leg/parameters.ts';
import type { CallRecord } from '../../records/repositories.ts';
import { CALL_STATUSES, DIRECTIONS } from './filter.ts';
import { type Place, uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { date, dated, nothing, sid, text, uri, whole } from '../reply-parts.ts';

export const CALL = resource('Call', {
  sid: sid('CA'),
  parent_call_sid: sid('CA').nullable(),
  account_sid: sid('AC'),
  to: text,
  to_formatted: text,
  from: text,
  from_formatted: text,
  phone_number_sid: sid('PN').nullable(),
  status: z.enum(CALL_STATUSES),
  start_time: date.nullable(),
  end_time: date.nullable(),
  duration: text.nullable().meta({ description: 'Seconds of talk' }),
  ring_duration: whole.nullable().meta({ description: 'Seconds' }),
  price: nothing,
  price_unit: nothing,
  direction: z.enum(DIRECTIONS),
  answered_by: z.enum(ANSWERED_BY).nullable(),
  forwarded_from: text.nullable(),
  caller_name: text.nullable(),
  group_sid: nothing,
  queue_time: text.nullable().meta({ description: 'Milliseconds' }),
  trunk_sid: sid('TK').nullable(),
  ended_by: z.enum(ENDED_BY).nullable(),
  end_cause: text.nullable().meta({ description: 'The SIP status, or what else is known' }),
  problem_count: whole.meta({ description: 'Notifications of this leg' }),
  leg_count: whole.meta({ description: 'Legs of the whole call' }),
  recording_count: whole.meta({ description: 'Recordings of this leg' }),
  note: text.nullable(),
  ...dated,
  subresource_uris: z.strictObject({ recordings: uri, notifications: uri, events: uri, streams: uri }),
});

/** One leg. A date that is not known is null: Twilio's library would take a missing one for the current time. */
export function presentCall(record: CallRecord, place: Place): Shown<typeof CALL> {
  const sub = (...names: readonly string[]) => uriOf(place, record.accountSid, 'Calls', record.sid, ...names);
  return {
    sid: record.sid,
    date_created: rfc2822(record.dateCreated),
    date_updated: rfc2822(record.dateUpdated),
    parent_call_sid: record.parentCallSid ?? null,
    account_sid: record.accountSid,
    to: record.to,
    to_formatted: record.to,
    from: record.from,
    from_formatted: record.from,
    phone_number_sid: record.phoneNumberSid ?? null,
    status: record.status,
    start_time: dateOf(record.startTime),
    end_time: dateOf(record.endTime),
    duration: record.duration === undefined ? null : String(record.duration),
    ring_duration: record.ringDuration ?? null,
    price: null,
    price_unit: null,
    direction: record.direction,
    answered_by: record.answeredBy ?? null,
    api_version: API_VERSION,
    forwarded_from: record.forwardedFrom ?? null,
    caller_name: record.callerName ?? null,
    group_sid: null,
    queue_time: queueTimeOf(record),
    trunk_sid: record.trunkSid ?? null,
    ended_by: record.endedBy ?? null,
    end_cause: record.endCause ?? null,
    problem_count: record.problemCount ?? 0,
    leg_count: record.legCount ?? 1,
    recording_count: record.recordingCount ?? 0,
    note: record.note ?? null,
    uri: sub(),
    subresource_uris: {
      recordings: sub('Recordings'),
      notifications: sub('Notifications'),
      events: sub('Events'),
      streams: sub('Streams'),
    },
  };
}

function dateOf(ms: number | undefined): string | null {
  return ms === undefined ? null : rfc2822(ms);
}

/** Milliseconds from the request to the dialling, as a string, as Twilio has it. */
function queueTimeOf({ startTime, dateCreated }: CallRecord): string | null {
  return startTime === undefined ? null : String(Math.max(0, startTime - dateCreated));
}
