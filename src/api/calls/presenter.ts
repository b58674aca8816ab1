import { rfc2822 } from '../../call/dates.ts';
import { API_VERSION } from '../../call/leg/parameters.ts';
import type { CallRecord } from '../../records/repositories.ts';
import { type Place, uriOf } from '../place.ts';
import type { JsonObject } from '../http/rendering.ts';

/** One leg. A date without a value is null: Twilio's library reads a missing one as now. */
export function presentCall(record: CallRecord, place: Place): JsonObject {
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
    answered_by: null,
    api_version: API_VERSION,
    forwarded_from: record.forwardedFrom ?? null,
    caller_name: record.callerName ?? null,
    group_sid: null,
    queue_time: queueTimeOf(record),
    trunk_sid: record.trunkSid ?? null,
    uri: sub(),
    subresource_uris: {
      recordings: sub('Recordings'),
      notifications: sub('Notifications'),
      events: sub('Events'),
    },
  };
}

function dateOf(ms: number | undefined): string | null {
  return ms === undefined ? null : rfc2822(ms);
}

/** Milliseconds between asking and placing, as Twilio writes them: a text. */
function queueTimeOf({ startTime, dateCreated }: CallRecord): string | null {
  return startTime === undefined ? null : String(Math.max(0, startTime - dateCreated));
}
