import { z } from 'zod';
import { rfc2822 } from '../../call/dates.ts';
import { countryPrefixes } from '../../call/routing/country-codes.ts';
import type { DialingPermissionRecord } from '../../records/dialing-permission-record.ts';
import { type Place, uriOf } from '../place.ts';
import { resource, type Shown } from '../reply.ts';
import { date, sid, text, uri } from '../reply-parts.ts';

export const DIALING_PERMISSION = resource('DialingPermission', {
  sid: sid('DP'),
  account_sid: sid('AC'),
  friendly_name: text,
  permission: z.enum(['allow', 'deny']),
  country: text.nullable().meta({ description: 'ISO 3166, two letters' }),
  prefix: text.nullable(),
  prefixes: z.array(text).meta({ description: 'What the numbers begin with that it is about' }),
  date_created: date,
  date_updated: date,
  uri,
});

export function presentDialingPermission(
  record: DialingPermissionRecord,
  place: Place,
): Shown<typeof DIALING_PERMISSION> {
  const { prefix, country } = record;
  return {
    sid: record.sid,
    account_sid: record.accountSid,
    friendly_name: record.friendlyName,
    permission: record.allows ? 'allow' : 'deny',
    country: country ?? null,
    prefix: prefix ?? null,
    prefixes: prefix === undefined ? [...(countryPrefixes(country ?? '') ?? [])] : [prefix],
    date_created: rfc2822(record.dateCreated),
    date_updated: rfc2822(record.dateUpdated),
    uri: uriOf(place, record.accountSid, DIALING_PERMISSION.collection, record.sid),
  };
}
