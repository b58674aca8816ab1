import { iso8601, rfc2822 } from '../../call/dates.ts';
import { API_VERSION } from '../../call/leg/parameters.ts';
import type { CallbackRecord } from '../../records/call-history.ts';
import { type Place, uriOf } from '../place.ts';
import type { JsonObject } from '../http/rendering.ts';
import { shownParameters, shownUrl } from '../shown.ts';

/** A delivery with all its attempts; digits and credentials are not shown. */
export function presentCallback(record: CallbackRecord, place: Place): JsonObject {
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
      request_duration: attempt.durationMs,
      response_code: attempt.status ?? null,
      error: attempt.error ?? null,
      response_body: attempt.responseHead ?? null,
    })),
    api_version: API_VERSION,
    date_created: rfc2822(record.createdAt),
    date_settled: record.settledAt === undefined ? null : rfc2822(record.settledAt),
    uri: uriOf(place, record.accountSid, 'Callbacks', record.sid),
  };
}
