import { compact } from '../../call/compact.ts';
import type { z } from 'zod';
import { applicationExists } from '../applications/lookup.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { ApplicationRecord, NumberRecord, Repository } from '../../records/repositories.ts';
import { newSid } from '../../call/sids.ts';
import { crudRoutes } from '../crud.ts';
import { API_ERRORS } from '../errors.ts';
import { changed, readForm } from '../parameters.ts';
import type { ApiRequest, Route } from '../route.ts';
import { voiceAfter } from '../voice-fields.ts';
import { presentNumber } from './presenter.ts';
import { changedNumberSchema, newNumberSchema } from './schema.ts';

export interface NumberDeps {
  readonly numbers: Repository<NumberRecord>;
  readonly applications: Repository<ApplicationRecord>;
  readonly clock: Clock;
}

/** `P/IncomingPhoneNumbers`. */
export function numberRoutes(deps: NumberDeps): readonly Route[] {
  return crudRoutes<NumberRecord>({
    collection: 'IncomingPhoneNumbers',
    element: 'IncomingPhoneNumber',
    key: 'incoming_phone_numbers',
    sidPrefix: 'PN',
    repository: deps.numbers,
    filters: { PhoneNumber: 'phoneNumber', FriendlyName: 'friendlyName' },
    taken: [
      API_ERRORS.phoneNumberTaken,
      'PhoneNumber is already in use in this installation (with or without the +); choose another one',
    ],
    create: (request) => newNumber(deps, request),
    change: (_found, request) => numberChange(deps, request),
    present: async (records, place) => records.map((record) => presentNumber(record, place)),
  });
}

async function newNumber(deps: NumberDeps, { account, form }: ApiRequest): Promise<NumberRecord> {
  const given = readForm(newNumberSchema, form);
  const voiceApplicationSid = given.VoiceApplicationSid ?? undefined;
  await applicationExists(deps.applications, account.sid, 'VoiceApplicationSid', voiceApplicationSid);
  const now = deps.clock.now();
  return compact({
    sid: newSid('PN'),
    accountSid: account.sid,
    phoneNumber: given.PhoneNumber,
    friendlyName: given.FriendlyName ?? given.PhoneNumber,
    ...voiceAfter(given),
    voiceApplicationSid,
    dateCreated: now,
    dateUpdated: now,
  });
}

async function numberChange(
  { applications, clock }: NumberDeps,
  { account, form }: ApiRequest,
): Promise<(current: NumberRecord) => NumberRecord> {
  const given = readForm(changedNumberSchema, form);
  await applicationExists(applications, account.sid, 'VoiceApplicationSid', given.VoiceApplicationSid);
  return (current) => changedNumber(current, given, clock.now());
}

function changedNumber(
  record: NumberRecord,
  given: z.output<typeof changedNumberSchema>,
  now: number,
): NumberRecord {
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
