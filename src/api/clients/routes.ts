import { compact } from '../../call/compact.ts';
import type { z } from 'zod';
import type { Clock } from '../../concurrency/clock.ts';
import type { ApplicationRecord, ClientRecord, Repository } from '../../records/repositories.ts';
import { newSid } from '../../call/sids.ts';
import { applicationExists } from '../applications/lookup.ts';
import { crudRoutes } from '../crud.ts';
import { API_ERRORS, badRequest } from '../errors.ts';
import { changed } from '../parameters.ts';
import type { Provisioning } from '../ports.ts';
import type { AsteriskPush } from '../push.ts';
import type { Route } from '../route.ts';
import { voiceAfter } from '../voice-fields.ts';
import { digestsOf } from './digests.ts';
import { CLIENT, presentClient } from './presenter.ts';
import { registrationsOf } from './registrations.ts';
import { changedClientSchema, newClientSchema } from './schema.ts';

export interface ClientDeps {
  readonly clients: Repository<ClientRecord>;
  readonly applications: Repository<ApplicationRecord>;
  readonly provisioning: Provisioning;
  readonly push: AsteriskPush;
  readonly clock: Clock;
}

/** `P/Clients`. */
export function clientRoutes(deps: ClientDeps): readonly Route[] {
  const { clients, provisioning, push, clock } = deps;
  return crudRoutes({
    resource: CLIENT,
    sidPrefix: 'CL',
    repository: clients,
    filters: { Login: 'login', FriendlyName: 'friendlyName' },
    forms: { created: newClientSchema, changed: changedClientSchema },
    taken: [API_ERRORS.badRequest, 'Login is already in use in this installation; choose another one'],
    create: (given, accountSid) => newClient(deps, accountSid, given),
    change: (given, accountSid) => clientChange(deps, accountSid, given),
    saved: (record) =>
      push(loginOf(record), { clientSid: record.sid }, () => provisioning.clientChanged(record)),
    removed: (record) =>
      push(loginOf(record), { clientSid: record.sid }, () => provisioning.clientRemoved(record.login)),
    present: async (records, place) => {
      const registrations = await registrationsOf(records, provisioning, clock);
      return records.map((record) => presentClient(record, registrations.get(record.sid), place));
    },
  });
}

function loginOf(record: ClientRecord): string {
  return record.login.toLowerCase();
}

async function newClient(
  deps: ClientDeps,
  accountSid: string,
  given: z.output<typeof newClientSchema>,
): Promise<ClientRecord> {
  const voiceApplicationSid = given.VoiceApplicationSid ?? undefined;
  await applicationExists(deps.applications, accountSid, 'VoiceApplicationSid', voiceApplicationSid);
  const now = deps.clock.now();
  return compact({
    sid: newSid('CL'),
    accountSid,
    login: given.Login,
    ...digestsOf(given.Login, given.Password),
    status: given.Status ?? 'enabled',
    srtp: given.Srtp ?? undefined,
    friendlyName: given.FriendlyName ?? given.Login,
    ...voiceAfter(given),
    voiceApplicationSid,
    dateCreated: now,
    dateUpdated: now,
  });
}

type Changed = z.output<typeof changedClientSchema>;

async function clientChange(
  { applications, clock }: ClientDeps,
  accountSid: string,
  given: Changed,
): Promise<(current: ClientRecord) => ClientRecord> {
  await applicationExists(applications, accountSid, 'VoiceApplicationSid', given.VoiceApplicationSid);
  return (current) => changedClient(current, given, clock.now());
}

/** @throws ApiError */
function changedClient(record: ClientRecord, given: Changed, now: number): ClientRecord {
  // The password is stored as a digest that includes the login.
  if (given.Login !== undefined && given.Login.toLowerCase() !== loginOf(record)) {
    throw badRequest(API_ERRORS.badRequest, 'Login cannot be changed; create a new client instead');
  }
  return compact({
    sid: record.sid,
    accountSid: record.accountSid,
    login: record.login,
    ...(given.Password === undefined
      ? { ha1: record.ha1, ha1AsSpelled: record.ha1AsSpelled }
      : digestsOf(record.login, given.Password)),
    status: given.Status ?? record.status,
    srtp: changed(given.Srtp, record.srtp),
    friendlyName: given.FriendlyName ?? record.friendlyName,
    ...voiceAfter(given, record),
    voiceApplicationSid: changed(given.VoiceApplicationSid, record.voiceApplicationSid),
    dateCreated: record.dateCreated,
    dateUpdated: now,
  });
}
