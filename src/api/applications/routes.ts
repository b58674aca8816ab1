import type { z } from 'zod';
import type { Clock } from '../../concurrency/clock.ts';
import type { ApplicationRecord, Repository } from '../../records/repositories.ts';
import { newSid } from '../../call/sids.ts';
import { crudRoutes } from '../crud.ts';
import { API_ERRORS } from '../errors.ts';
import type { Route } from '../route.ts';
import { voiceAfter } from '../voice-fields.ts';
import { APPLICATION, presentApplication } from './presenter.ts';
import { applicationSchema } from './schema.ts';

/** `P/Applications`. */
export function applicationRoutes(repository: Repository<ApplicationRecord>, clock: Clock): readonly Route[] {
  return crudRoutes({
    resource: APPLICATION,
    sidPrefix: 'AP',
    repository,
    filters: { FriendlyName: 'friendlyName' },
    forms: { created: applicationSchema, changed: applicationSchema },
    taken: [API_ERRORS.badRequest, 'The application cannot be stored: it already exists'],
    create: async (given, accountSid) => newApplication(accountSid, given, clock.now()),
    change: async (given) => (current) => changedApplication(current, given, clock.now()),
    present: async (records, place) => records.map((record) => presentApplication(record, place)),
  });
}

type Given = z.output<typeof applicationSchema>;

function newApplication(accountSid: string, given: Given, now: number): ApplicationRecord {
  const sid = newSid('AP');
  return {
    sid,
    accountSid,
    friendlyName: given.FriendlyName ?? sid,
    ...voiceAfter({ ...given, VoiceUrl: given.VoiceUrl ?? given.RcmlUrl }),
    dateCreated: now,
    dateUpdated: now,
  };
}

function changedApplication(record: ApplicationRecord, given: Given, now: number): ApplicationRecord {
  const VoiceUrl = given.VoiceUrl === undefined ? given.RcmlUrl : given.VoiceUrl;
  const { sid, accountSid, dateCreated } = record;
  return {
    sid,
    accountSid,
    friendlyName: given.FriendlyName ?? record.friendlyName,
    ...voiceAfter({ ...given, VoiceUrl }, record),
    dateCreated,
    dateUpdated: now,
  };
}
