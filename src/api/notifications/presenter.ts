import { rfc2822 } from '../../call/dates.ts';
import { API_VERSION } from '../../call/leg/parameters.ts';
import type { NotificationRecord } from '../../records/call-history.ts';
import { moreInfoOn } from '../errors.ts';
import { type Place, uriOf } from '../place.ts';
import type { JsonObject } from '../http/rendering.ts';
import { shownUrl } from '../shown.ts';

/** `log` is Restcomm's number: 0 an error, 1 a warning. */
export function presentNotification(record: NotificationRecord, place: Place): JsonObject {
  return {
    sid: record.sid,
    account_sid: record.accountSid,
    call_sid: record.callSid,
    api_version: API_VERSION,
    log: record.level === 'error' ? 0 : 1,
    error_code: record.errorCode,
    more_info: moreInfoOn(record.errorCode),
    message_text: record.message,
    message_date: rfc2822(record.at),
    request_url: record.requestUrl === undefined ? null : shownUrl(record.requestUrl),
    request_method: record.requestMethod ?? null,
    response_body: record.responseBody ?? null,
    date_created: rfc2822(record.at),
    date_updated: rfc2822(record.at),
    uri: uriOf(place, record.accountSid, 'Notifications', record.sid),
  };
}
