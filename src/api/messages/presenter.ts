import { z } from 'zod';
import { rfc2822 } from '../../call/dates.ts';
import { API_VERSION } from '../../call/leg/parameters.ts';
import {
  MESSAGE_DIRECTIONS,
  MESSAGE_STATUSES,
  type MessageRecord,
} from '../../call/message/message-record.ts';
import { type Place, uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { date, dated, nothing, sid, text, whole } from '../reply-parts.ts';

export const MESSAGE = resource('Message', {
  sid: sid('SM'),
  account_sid: sid('AC'),
  messaging_service_sid: nothing,
  call_sid: sid('CA').nullable().meta({ description: 'The call whose Sms sent it' }),
  to: text,
  from: text,
  body: text,
  status: z.enum(MESSAGE_STATUSES),
  direction: z.enum(MESSAGE_DIRECTIONS),
  num_segments: z.literal('1'),
  num_media: z.literal('0'),
  error_code: whole.nullable(),
  error_message: text.nullable(),
  price: nothing,
  price_unit: nothing,
  date_sent: date.nullable(),
  ...dated,
  subresource_uris: z.strictObject({}),
});

/** `collection` is the path by which it was asked for: two lead to the same messages. */
export function presentMessage(
  record: MessageRecord,
  collection: readonly string[],
  place: Place,
): Shown<typeof MESSAGE> {
  const { sid: messageSid, accountSid, error, dateSent } = record;
  return {
    sid: messageSid,
    account_sid: accountSid,
    messaging_service_sid: null,
    call_sid: record.callSid ?? null,
    to: record.to,
    from: record.from,
    body: record.body,
    status: record.status,
    direction: record.direction,
    num_segments: '1',
    num_media: '0',
    error_code: error?.code ?? null,
    error_message: error?.message ?? null,
    price: null,
    price_unit: null,
    date_sent: dateSent === undefined ? null : rfc2822(dateSent),
    date_created: rfc2822(record.dateCreated),
    date_updated: rfc2822(record.dateUpdated),
    api_version: API_VERSION,
    uri: uriOf(place, accountSid, ...collection, messageSid),
    subresource_uris: {},
  };
}
