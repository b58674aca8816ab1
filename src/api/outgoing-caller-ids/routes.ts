import { z } from 'zod';
import { newSid } from '../../call/sids.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { CallerIdRecord } from '../../records/caller-id-record.ts';
import type { Repository } from '../../records/repositories.ts';
import { crudRoutes } from '../crud.ts';
import { API_ERRORS } from '../errors.ts';
import { phoneNumber } from '../incoming-phone-numbers/schema.ts';
import { label, optional, required } from '../parameters.ts';
import type { Route } from '../route.ts';
import { requireAbove } from '../set-from-above.ts';
import { CALLER_ID, presentCallerId } from './presenter.ts';

const FriendlyName = optional(label());
/** Whoever dials or is called knows a caller id by its number, so that stays as it is. */
const changedSchema = z.object({ FriendlyName });
const newSchema = z.object({ PhoneNumber: required(API_ERRORS.phoneNumber, phoneNumber), FriendlyName });

/** `P/OutgoingCallerIds`: which callers an account may show besides its own numbers. */
export function callerIdRoutes(callerIds: Repository<CallerIdRecord>, clock: Clock): readonly Route[] {
  return crudRoutes({
    resource: CALLER_ID,
    sidPrefix: 'PN',
    repository: callerIds,
    filters: { PhoneNumber: 'phoneNumber', FriendlyName: 'friendlyName' },
    forms: { created: newSchema, changed: changedSchema },
    taken: [API_ERRORS.callerIdTaken, 'The account has this PhoneNumber as a caller id already'],
    mayWrite: requireAbove,
    create: async (given, accountSid) => newCallerId(accountSid, given, clock.now()),
    change: async (given) => (current) => ({
      ...current,
      friendlyName: given.FriendlyName ?? current.friendlyName,
      dateUpdated: clock.now(),
    }),
    present: async (records, place) => records.map((record) => presentCallerId(record, place)),
  });
}

function newCallerId(accountSid: string, given: z.output<typeof newSchema>, now: number): CallerIdRecord {
  return {
    sid: newSid('PN'),
    accountSid,
    friendlyName: given.FriendlyName ?? given.PhoneNumber,
    phoneNumber: given.PhoneNumber,
    dateCreated: now,
    dateUpdated: now,
  };
}
