import { z } from 'zod';
import { rfc2822 } from '../../call/dates.ts';
import type { KeyRecord } from '../../records/key-record.ts';
import { type Place, uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { date, sid, text, uri } from '../reply-parts.ts';
import { KEY_SCOPES } from './schema.ts';

const members = {
  sid: sid('SK'),
  account_sid: sid('AC'),
  friendly_name: text,
  scope: z.enum(KEY_SCOPES),
  date_created: date,
  date_updated: date,
  uri,
};

/** Of lists and single keys at `P/Keys`, and at `P/SigningKeys`, which is Twilio's other name of the same. */
export const KEY = resource('Key', members);
export const SIGNING_KEY = resource('SigningKey', members);

/** The reply to the request that makes a key: the only one that has its secret. */
export const NEW_KEY = {
  ...resource('NewKey', { ...members, secret: text }),
  collection: 'Keys',
  key: 'keys',
};

export function presentKey(record: KeyRecord, collection: string, place: Place): Shown<typeof KEY> {
  return {
    sid: record.sid,
    account_sid: record.accountSid,
    friendly_name: record.friendlyName,
    scope: record.scope,
    date_created: rfc2822(record.dateCreated),
    date_updated: rfc2822(record.dateUpdated),
    uri: uriOf(place, record.accountSid, collection, record.sid),
  };
}
