import { z } from 'zod';
import { rfc2822 } from '../../call/dates.ts';
import type { AccountRecord } from '../../records/repositories.ts';
import { ACCOUNT_STATUSES } from './schema.ts';
import { type Place, uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { date, sid, text, uri } from '../reply-parts.ts';

export const ACCOUNT = resource('Account', {
  sid: sid('AC'),
  owner_account_sid: sid('AC'),
  friendly_name: text,
  email_address: text.nullable(),
  type: z.literal('Full'),
  status: z.enum(ACCOUNT_STATUSES),
  auth_token: text,
  previous_auth_token_expires: date.nullable(),
  date_created: date,
  date_updated: date,
  uri,
  subresource_uris: z.record(text, uri),
});

/** Includes the token, as with Restcomm: only the account itself and those above it can see this. */
export function presentAccount(record: AccountRecord, place: Place): Shown<typeof ACCOUNT> {
  const sub = (name: string) => uriOf(place, record.sid, name);
  return {
    sid: record.sid,
    owner_account_sid: record.parentSid ?? record.sid,
    friendly_name: record.friendlyName,
    email_address: record.emailAddress ?? null,
    type: 'Full',
    status: record.status,
    auth_token: record.authToken,
    previous_auth_token_expires:
      record.previousToken === undefined ? null : rfc2822(record.previousToken.until),
    date_created: rfc2822(record.dateCreated),
    date_updated: rfc2822(record.dateUpdated),
    uri: uriOf(place, record.sid),
    subresource_uris: {
      calls: sub('Calls'),
      incoming_phone_numbers: sub('IncomingPhoneNumbers'),
      clients: sub('Clients'),
      applications: sub('Applications'),
      sip_trunks: sub('SipTrunks'),
      recordings: sub('Recordings'),
      notifications: sub('Notifications'),
      callbacks: sub('Callbacks'),
      keys: sub('Keys'),
    },
  };
}
