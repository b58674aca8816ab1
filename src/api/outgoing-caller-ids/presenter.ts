import { rfc2822 } from '../../call/dates.ts';
import type { CallerIdRecord } from '../../records/caller-id-record.ts';
import { type Place, uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { date, sid, text, uri } from '../reply-parts.ts';

export const CALLER_ID = resource('OutgoingCallerId', {
  sid: sid('PN'),
  account_sid: sid('AC'),
  friendly_name: text,
  phone_number: text,
  date_created: date,
  date_updated: date,
  uri,
});

export function presentCallerId(record: CallerIdRecord, place: Place): Shown<typeof CALLER_ID> {
  return {
    sid: record.sid,
    account_sid: record.accountSid,
    friendly_name: record.friendlyName,
    phone_number: record.phoneNumber,
    date_created: rfc2822(record.dateCreated),
    date_updated: rfc2822(record.dateUpdated),
    uri: uriOf(place, record.accountSid, CALLER_ID.collection, record.sid),
  };
}
