import { compact } from '../../call/compact.ts';
import type { z } from 'zod';
import { applicationExists } from '../applications/lookup.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { ApplicationRecord, NumberRecord, Repository } from '../../records/repositories.ts';
import { newSid } from '../../call/sids.ts';
import { crudRoutes } from '../crud.ts';
import { API_ERRORS } from '../errors.ts';
import { changed } from '../parameters.ts';
import type { Route } from '../route.ts';
import { voiceAfter } from '../voice-fields.ts';
import { NUMBER, presentNumber } from './presenter.ts';
import { changedNumberSchema, newNumberSchema } from './schema.ts';

export interface NumberDeps {
  readonly numbers: Repository<NumberRecord>;
  readonly applications: Repository<ApplicationRecord>;
  readonly clock: Clock;
}

/** `P/IncomingPhoneNumbers`. */
export function numberRoutes(deps: NumberDeps): readonly Route[] {
  return crudRoutes({
    resource: NUMBER,
    sidPrefix: 'PN',
    repository: deps.numbers,
    filters: { PhoneNumber: 'phoneNumber', FriendlyName: 'friendlyName' },
    forms: { created: newNumberSchema, changed: changedNumberSchema },
    taken: [
      API_ERRORS.phoneNumberTaken,
      'PhoneNumber is already in use in this installation (with or without the +); choose another one',
    ],
    create: (given, accountSid) => newNumber(deps, accountSid, given),
    change: (given, accountSid) => numberChange(deps, accountSid, given),
    present: async (records, place) => records.map((record) => presentNumber(record, place)),
  });
}

async function newNumber(
  deps: NumberDeps,
  accountSid: string,
  given: z.output<typeof newNumberSchema>,
): Promise<NumberRecord> {
  const voiceApplicationSid = given.VoiceApplicationSid ?? undefined;
  await applicationExists(deps.applications, accountSid, 'VoiceApplicationSid', voiceApplicationSid);
  const now = deps.clock.now();
  return compact({
    sid: newSid('PN'),
    accountSid,
    phoneNumber: given.PhoneNumber,
    friendlyName: given.FriendlyName ?? given.PhoneNumber,
    ...voiceAfter(given),
    voiceApplicationSid,
    dateCreated: now,
    dateUpdated: now,
  });
}

type Changed = z.output<typeof changedNumberSchema>;

async function numberChange(
  { applications, clock }: NumberDeps,
  accountSid: string,
  given: Changed,
): Promise<(current: NumberRecord) => NumberRecord> {
  await applicationExists(applications, accountSid, 'VoiceApplicationSid', given.VoiceApplicationSid);
  return (current) => changedNumber(current, given, clock.now());
}

function changedNumber(record: NumberRecord, given: Changed, now: number): NumberRecord {
  return compact({
    sid: record.sid,
    accountSid: record.accountSid,
    phoneNumber: given.PhoneNumber ?? record.phoneNumber,
    friendlyName: given.FriendlyName ?? record.friendlyName,
    ...voiceAfter(given, record),
    voiceApplicationSid: changed(given.VoiceApplicationSid, record.voiceApplicationSid),
    dateCreated: record.dateCreated,
    dateUpdated: now,
  });
}
