import { rfc2822 } from '../../call/dates.ts';
import { API_VERSION } from '../../call/leg/parameters.ts';
import type { NotificationRecord } from '../../call/journal-store.ts';
import { moreInfoOn } from '../errors.ts';
import { type Place, uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { date, dated, method, sid, text, whole } from '../reply-parts.ts';
import { shownUrl } from '../shown.ts';

export const NOTIFICATION = resource('Notification', {
  sid: sid('NO'),
  account_sid: sid('AC'),
  call_sid: sid('CA').nullable().meta({ description: 'null: it is about no call' }),
  log: whole.meta({ description: '0 an error, 1 a warning' }),
  error_code: whole,
  more_info: text,
  message_text: text,
  message_date: date,
  request_url: text.nullable(),
  request_method: method.nullable(),
  response_body: text.nullable(),
  ...dated,
});

/** `log` is Restcomm's number: 0 an error, 1 a warning. */
export function presentNotification(record: NotificationRecord, place: Place): Shown<typeof NOTIFICATION> {
  return {
    sid: record.sid,
    account_sid: record.accountSid,
    call_sid: record.callSid ?? null,
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
