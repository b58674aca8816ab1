import type { Clock } from '../../call/clock.ts';
import type { Repository, TrunkRecord } from '../../call/repositories.ts';
import { newSid } from '../../call/sids.ts';
import { crudRoutes } from '../crud.ts';
import { within } from '../deadline.ts';
import { API_ERRORS } from '../errors.ts';
import type { Form } from '../form.ts';
import { readForm, refuseUnsupported } from '../parameters.ts';
import type { Provisioning } from '../ports.ts';
import type { AsteriskPush } from '../push.ts';
import type { ApiRequest, Route } from '../route.ts';
import { presentTrunk } from './presenter.ts';
import { changedTrunkSchema, newTrunkSchema } from './schema.ts';

const SIP_PORT = 5060;
const DEFAULT_PRIORITY = 10;
const STATUS_DEADLINE_MS = 2000;
const LATER = ['Username', 'Password', 'Register', 'MaxChannels'];

export interface TrunkDeps {
  readonly trunks: Repository<TrunkRecord>;
  readonly provisioning: Provisioning;
  readonly push: AsteriskPush;
  readonly clock: Clock;
}

/** `P/SipTrunks`. */
export function trunkRoutes({ trunks, provisioning, push, clock }: TrunkDeps): readonly Route[] {
  return crudRoutes<TrunkRecord>({
    collection: 'SipTrunks',
    element: 'SipTrunk',
    key: 'sip_trunks',
    sidPrefix: 'TK',
    repository: trunks,
    filters: { FriendlyName: 'friendlyName' },
    taken: [API_ERRORS.badRequest, 'The trunk cannot be stored: it is already there'],
    create: async (request) => newTrunk(request, clock.now()),
    change: async (record, request) => changedTrunk(record, request.form, clock.now()),
    saved: (record) => push({ trunkSid: record.sid }, () => provisioning.trunkChanged(record)),
    removed: (record) => push({ trunkSid: record.sid }, () => provisioning.trunkRemoved(record.sid)),
    present: (records, place) =>
      Promise.all(
        records.map(async (record) => {
          const ask = () => provisioning.trunkStatus(record.sid);
          const status = await within(clock, STATUS_DEADLINE_MS, ask, undefined);
          return presentTrunk(record, status?.reachable, place);
        }),
      ),
  });
}

function newTrunk({ account, form }: ApiRequest, now: number): TrunkRecord {
  refuseUnsupported(form, LATER);
  const given = readForm(newTrunkSchema, form);
  return {
    sid: newSid('TK'),
    accountSid: account.sid,
    friendlyName: given.FriendlyName ?? given.Host,
    host: given.Host,
    port: given.Port ?? SIP_PORT,
    transport: given.Transport ?? 'udp',
    allowedAddresses: given.AllowedAddresses,
    prefix: given.Prefix ?? '',
    priority: given.Priority ?? DEFAULT_PRIORITY,
    stripDigits: given.StripDigits ?? 0,
    prependDigits: given.PrependDigits ?? '',
    dateCreated: now,
    dateUpdated: now,
  };
}

function changedTrunk(record: TrunkRecord, form: Form, now: number): TrunkRecord {
  refuseUnsupported(form, LATER);
  const given = readForm(changedTrunkSchema, form);
  return {
    ...record,
    friendlyName: given.FriendlyName ?? record.friendlyName,
    host: given.Host ?? record.host,
    port: given.Port ?? record.port,
    transport: given.Transport ?? record.transport,
    allowedAddresses: form.has('AllowedAddresses') ? given.AllowedAddresses : record.allowedAddresses,
    prefix: given.Prefix === null ? '' : (given.Prefix ?? record.prefix),
    priority: given.Priority ?? record.priority,
    stripDigits: given.StripDigits ?? record.stripDigits,
    prependDigits: given.PrependDigits === null ? '' : (given.PrependDigits ?? record.prependDigits),
    dateUpdated: now,
  };
}
