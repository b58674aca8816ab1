import type { z } from 'zod';
import type { Clock } from '../../concurrency/clock.ts';
import type { ApplicationRecord, Repository } from '../../records/repositories.ts';
import { newSid } from '../../call/sids.ts';
import { crudRoutes } from '../crud.ts';
import { API_ERRORS } from '../errors.ts';
import { readForm } from '../parameters.ts';
import type { ApiRequest, Route } from '../route.ts';
import { voiceAfter } from '../voice-fields.ts';
import { presentApplication } from './presenter.ts';
import { applicationSchema } from './schema.ts';

/** `P/Applications`. */
export function applicationRoutes(repository: Repository<ApplicationRecord>, clock: Clock): readonly Route[] {
  return crudRoutes<ApplicationRecord>({
    collection: 'Applications',
    element: 'Application',
    key: 'applications',
    sidPrefix: 'AP',
    repository,
    filters: { FriendlyName: 'friendlyName' },
    taken: [API_ERRORS.badRequest, 'The application cannot be stored: it is already there'],
    create: async (request) => newApplication(request, clock.now()),
    change: async (_found, { form }) => {
      const given = readForm(applicationSchema, form);
      return (current) => changedApplication(current, given, clock.now());
    },
    present: async (records, place) => records.map((record) => presentApplication(record, place)),
  });
}

function newApplication({ account, form }: ApiRequest, now: number): ApplicationRecord {
  const given = readForm(applicationSchema, form);
  const sid = newSid('AP');
  return {
    sid,
    accountSid: account.sid,
    friendlyName: given.FriendlyName ?? sid,
    ...voiceAfter({ ...given, VoiceUrl: given.VoiceUrl ?? given.RcmlUrl }),
    dateCreated: now,
    dateUpdated: now,
  };
}

function changedApplication(
  record: ApplicationRecord,
  given: z.output<typeof applicationSchema>,
  now: number,
): ApplicationRecord {
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
