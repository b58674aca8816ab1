import { z } from 'zod';
import { compact } from '../../call/compact.ts';
import { countryPrefixes } from '../../call/routing/country-codes.ts';
import { readPhoneNumber } from '../../call/routing/phone-number.ts';
import { newSid } from '../../call/sids.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { DialingPermissionRecord } from '../../records/dialing-permission-record.ts';
import type { Repository } from '../../records/repositories.ts';
import { crudRoutes } from '../crud.ts';
import { API_ERRORS, badRequest } from '../errors.ts';
import { checked, label, oneOf, optional } from '../parameters.ts';
import type { Route } from '../route.ts';
import { requireAbove } from '../set-from-above.ts';
import { DIALING_PERMISSION, presentDialingPermission } from './presenter.ts';

const PREFIX = /^\+?\d{1,15}$/;

const prefix = checked(
  API_ERRORS.badRequest,
  '1 to 15 digits, with a + in front if they begin with a country code',
  (text) => PREFIX.test(readPhoneNumber(text) ?? ''),
).transform((text) => readPhoneNumber(text) ?? text);

const country = checked(
  API_ERRORS.badRequest,
  'a country as two letters of ISO 3166, such as DE',
  (text) => countryPrefixes(text.toUpperCase()) !== undefined,
).transform((text) => text.toUpperCase());

const common = { FriendlyName: optional(label()), Permission: optional(oneOf(['allow', 'deny'])) };
const newSchema = z.object({ Prefix: optional(prefix), Country: optional(country), ...common });
const changedSchema = z.object(common);

/** `P/DialingPermissions`: which countries and prefixes an account, and those below it, may dial. */
export function dialingPermissionRoutes(
  permissions: Repository<DialingPermissionRecord>,
  clock: Clock,
): readonly Route[] {
  return crudRoutes({
    resource: DIALING_PERMISSION,
    sidPrefix: 'DP',
    repository: permissions,
    filters: { FriendlyName: 'friendlyName', Prefix: 'prefix', Country: 'country' },
    forms: { created: newSchema, changed: changedSchema },
    taken: [API_ERRORS.badRequest, 'The permission cannot be stored: it already exists'],
    mayWrite: requireAbove,
    create: async (given, accountSid) => newPermission(accountSid, given, clock.now()),
    change: async (given) => (current) => ({
      ...current,
      friendlyName: given.FriendlyName ?? current.friendlyName,
      allows: given.Permission === undefined ? current.allows : given.Permission === 'allow',
      dateUpdated: clock.now(),
    }),
    present: async (records, place) => records.map((record) => presentDialingPermission(record, place)),
  });
}

function newPermission(
  accountSid: string,
  given: z.output<typeof newSchema>,
  now: number,
): DialingPermissionRecord {
  const what = given.Prefix ?? given.Country;
  if (what === undefined || (given.Prefix !== undefined && given.Country !== undefined)) {
    throw badRequest(API_ERRORS.badRequest, 'One of Prefix and Country is required, not both');
  }
  return compact({
    sid: newSid('DP'),
    accountSid,
    friendlyName: given.FriendlyName ?? what,
    prefix: given.Prefix,
    country: given.Country,
    allows: given.Permission !== 'deny',
    dateCreated: now,
    dateUpdated: now,
  });
}
