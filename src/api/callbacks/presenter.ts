import { z } from 'zod';
import { iso8601, rfc2822 } from '../../call/dates.ts';
import { API_VERSION } from '../../call/leg/parameters.ts';
import type { CallbackRecord } from '../../records/call-history.ts';
import { CALLBACK_STATES } from './schema.ts';
import { type Place, uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { date, dated, method, sid, text, timestamp, uri } from '../reply-parts.ts';
import { presentResponse, responseReply } from '../response.ts';
import { presentTiming, timingReply } from '../timing.ts';
import { shownParameters, shownUrl } from '../shown.ts';

export const CALLBACK = resource('Callback', {
  sid: sid('CB'),
  account_sid: sid('AC'),
  call_sid: z
    .string()
    .regex(/^(?:CA|CF|QU|SM)[0-9a-f]{32}$/)
    .meta({ description: 'Of a callback of a conference, queue or message, the SID of that' }),
  state: z.enum(CALLBACK_STATES),
  failure: text.nullable(),
  url: text,
  method,
  parameters: z.record(text, z.union([text, z.array(text)])),
  attempts: z.array(responseReply.extend({ timestamp, timing: timingReply })),
  api_version: dated.api_version,
  date_created: date,
  date_settled: date.nullable(),
  uri,
});

/** A delivery with all its attempts; digits and credentials are not shown. */
export function presentCallback(record: CallbackRecord, place: Place): Shown<typeof CALLBACK> {
  return {
    sid: record.sid,
    account_sid: record.accountSid,
    call_sid: record.callSid,
    state: record.state,
    failure: record.failure ?? null,
    url: shownUrl(record.url),
    method: record.method,
    parameters: shownParameters(record.parameters),
    attempts: record.attempts.map((attempt) => ({
      timestamp: iso8601(attempt.at),
      ...presentResponse(attempt),
      timing: presentTiming(attempt.timing),
    })),
    api_version: API_VERSION,
    date_created: rfc2822(record.createdAt),
    date_settled: record.settledAt === undefined ? null : rfc2822(record.settledAt),
    uri: uriOf(place, record.accountSid, 'Callbacks', record.sid),
  };
}
