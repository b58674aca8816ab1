import { compact } from '../../call/compact.ts';
import type { z } from 'zod';
import type { Clock } from '../../concurrency/clock.ts';
import type { AccountRepository, Repository, TrunkRecord } from '../../records/repositories.ts';
import { newSid } from '../../call/sids.ts';
import { crudRoutes } from '../crud.ts';
import { within } from '../../concurrency/deadline.ts';
import { API_ERRORS, badRequest } from '../errors.ts';
import { changed } from '../parameters.ts';
import type { Provisioning } from '../ports.ts';
import type { AsteriskPush } from '../push.ts';
import type { Route } from '../route.ts';
import { isolated, type TrunkRules } from './isolation.ts';
import { presentTrunk, TRUNK } from './presenter.ts';
import { changedTrunkSchema, newTrunkSchema } from './schema.ts';

const SIP_PORT = 5060;
const DEFAULT_PRIORITY = 10;
const STATUS_DEADLINE_MS = 2000;

export interface TrunkDeps {
  readonly trunks: Repository<TrunkRecord>;
  readonly accounts: Pick<AccountRepository, 'first'>;
  readonly rules: TrunkRules;
  readonly provisioning: Provisioning;
  readonly push: AsteriskPush;
  readonly clock: Clock;
}

/** `P/SipTrunks`. */
export function trunkRoutes({
  trunks,
  accounts,
  rules,
  provisioning,
  push,
  clock,
}: TrunkDeps): readonly Route[] {
  return crudRoutes({
    resource: TRUNK,
    sidPrefix: 'TK',
    repository: isolated(trunks, accounts, rules),
    filters: { FriendlyName: 'friendlyName' },
    forms: { created: newTrunkSchema, changed: changedTrunkSchema },
    taken: [API_ERRORS.badRequest, 'The trunk cannot be stored: it already exists'],
    create: async (given, accountSid) => newTrunk(accountSid, given, clock.now()),
    change: async (given) => (current) => changedTrunk(current, given, clock.now()),
    saved: (record) => push(record.sid, { trunkSid: record.sid }, () => provisioning.trunkChanged(record)),
    removed: (record) =>
      push(record.sid, { trunkSid: record.sid }, () => provisioning.trunkRemoved(record.sid)),
    present: (records, place) =>
      Promise.all(
        records.map(async (record) => {
          const ask = () => provisioning.trunkStatus(record);
          return presentTrunk(record, await within(clock, STATUS_DEADLINE_MS, ask, undefined), place);
        }),
      ),
  });
}

function newTrunk(accountSid: string, given: z.output<typeof newTrunkSchema>, now: number): TrunkRecord {
  return consistent({
    sid: newSid('TK'),
    accountSid,
    friendlyName: given.FriendlyName ?? given.Host,
    host: given.Host,
    port: given.Port ?? SIP_PORT,
    transport: given.Transport ?? 'udp',
    allowedAddresses: given.AllowedAddresses ?? [],
    prefix: given.Prefix ?? '',
    priority: given.Priority ?? DEFAULT_PRIORITY,
    stripDigits: given.StripDigits ?? 0,
    prependDigits: given.PrependDigits ?? '',
    username: given.Username ?? undefined,
    password: given.Password ?? undefined,
    register: given.Register ?? false,
    maxChannels: given.MaxChannels ?? undefined,
    fromDomain: given.FromDomain ?? undefined,
    fromUser: given.FromUser ?? undefined,
    sendAssertedIdentity: given.SendAssertedIdentity ?? false,
    trustAssertedIdentity: given.TrustAssertedIdentity ?? false,
    messages: given.Messages === true ? true : undefined,
    ...choicesAfter(given),
    dateCreated: now,
    dateUpdated: now,
  });
}

function changedTrunk(
  record: TrunkRecord,
  given: z.output<typeof changedTrunkSchema>,
  now: number,
): TrunkRecord {
  return consistent({
    ...record,
    friendlyName: given.FriendlyName ?? record.friendlyName,
    host: given.Host ?? record.host,
    port: given.Port ?? record.port,
    transport: given.Transport ?? record.transport,
    allowedAddresses: given.AllowedAddresses ?? record.allowedAddresses,
    prefix: given.Prefix === null ? '' : (given.Prefix ?? record.prefix),
    priority: given.Priority ?? record.priority,
    stripDigits: given.StripDigits ?? record.stripDigits,
    prependDigits: given.PrependDigits === null ? '' : (given.PrependDigits ?? record.prependDigits),
    username: changed(given.Username, record.username),
    // A password is of no use without a username.
    password: changed(given.Password ?? (given.Username === null ? null : given.Password), record.password),
    register: given.Register ?? record.register,
    maxChannels: changed(given.MaxChannels, record.maxChannels),
    fromDomain: changed(given.FromDomain, record.fromDomain),
    fromUser: changed(given.FromUser, record.fromUser),
    sendAssertedIdentity: given.SendAssertedIdentity ?? record.sendAssertedIdentity,
    trustAssertedIdentity: given.TrustAssertedIdentity ?? record.trustAssertedIdentity,
    messages: (given.Messages ?? record.messages) === true ? true : undefined,
    ...choicesAfter(given, record),
    dateUpdated: now,
  });
}

type Choices =
  | 'defaultNumber'
  | 'tryTimeoutS'
  | 'callerIdPolicy'
  | 'format'
  | 'countryCode'
  | 'nationalPrefix'
  | 'srtp';

/** What a request leaves of the values for which there is a standard. */
function choicesAfter(
  given: z.output<typeof changedTrunkSchema>,
  current?: TrunkRecord,
): WithGaps<Pick<TrunkRecord, Choices>> {
  return {
    defaultNumber: changed(given.DefaultNumber, current?.defaultNumber),
    tryTimeoutS: changed(given.TryTimeout, current?.tryTimeoutS),
    callerIdPolicy: changed(given.CallerIdPolicy, current?.callerIdPolicy),
    format: changed(given.Format, current?.format),
    countryCode: changed(given.CountryCode, current?.countryCode),
    nationalPrefix: changed(given.NationalPrefix, current?.nationalPrefix),
    srtp: changed(given.Srtp, current?.srtp),
  };
}

/** @throws ApiError when a value needs another one that is missing */
function consistent(trunk: WithGaps<TrunkRecord>): TrunkRecord {
  if ((trunk.username === undefined) !== (trunk.password === undefined)) {
    throw badRequest(API_ERRORS.badRequest, 'Username and Password go together');
  }
  if (trunk.register && trunk.username === undefined) {
    throw badRequest(API_ERRORS.badRequest, 'Register needs Username and Password');
  }
  if (trunk.format === 'national' && trunk.countryCode === undefined) {
    throw badRequest(API_ERRORS.badRequest, 'Format=national needs CountryCode');
  }
  return compact(trunk);
}

type WithGaps<T> = { readonly [K in keyof T]: undefined extends T[K] ? T[K] | undefined : T[K] };
