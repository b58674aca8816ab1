import { z } from 'zod';
import { compact } from '../../call/compact.ts';
import { newSid } from '../../call/sids.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { KeyedSerial } from '../../concurrency/serial.ts';
import type { KeyRecord } from '../../records/key-record.ts';
import type { KeyRepository } from '../../records/repositories.ts';
import { API_ERRORS, badRequest, notFound } from '../errors.ts';
import { label, optional } from '../parameters.ts';
import { uriOf } from '../place.ts';
import { type Route, type RoutedRequest, sidOf } from '../route.ts';
import { changeRoutes, createRoute, listRoute, readRoute, removeRoute } from '../route-kinds.ts';
import { KEY, NEW_KEY, presentKey, SIGNING_KEY } from './presenter.ts';
import { changedKeySchema, newKeySchema } from './schema.ts';
import { newSecret, secretHash } from './secret.ts';

const MOST_KEYS = 100;

export interface KeyDeps {
  readonly keys: KeyRepository;
  readonly clock: Clock;
}

/** `P/Keys` and `P/SigningKeys`: two names of the same keys. Only an AuthToken opens them. */
export function keyRoutes(deps: KeyDeps): readonly Route[] {
  const inTurn = new KeyedSerial();
  return [...routesAt(KEY, deps, inTurn), ...routesAt(SIGNING_KEY, deps, inTurn)];
}

function routesAt(resource: typeof KEY, { keys, clock }: KeyDeps, inTurn: KeyedSerial): readonly Route[] {
  const { collection } = resource;
  const parts = { authTokenOnly: true } as const;
  const each = {
    ...parts,
    path: `/${collection}/:sid`,
    find: (request: RoutedRequest) => find(keys, request),
  };
  return [
    listRoute({
      ...parts,
      path: `/${collection}`,
      summary: 'API keys, newest first',
      filters: z.object({ FriendlyName: optional(label(255)) }),
      resource,
      handle: async ({ account, place, query: { page, given } }) => {
        const filter = compact({ friendlyName: given.FriendlyName });
        const found = await keys.list(account.sid, page, filter);
        const items = found.items.map((record) => presentKey(record, collection, place));
        return { ...found, items, uri: uriOf(place, account.sid, collection) };
      },
    }),
    createRoute({
      ...parts,
      path: `/${collection}`,
      summary: 'Makes an API key; only this reply has its secret',
      form: newKeySchema,
      resource: NEW_KEY,
      handle: async ({ account, form, place }) => {
        const secret = newSecret();
        const record = newKey(account.sid, form, secret, clock.now());
        await inTurn.run(account.sid, () => insert(keys, record));
        return { shown: { ...presentKey(record, collection, place), secret } };
      },
    }),
    readRoute({
      ...each,
      summary: 'Reads an API key',
      resource,
      handle: async ({ found, place }) => ({ shown: presentKey(found, collection, place) }),
    }),
    ...changeRoutes({
      ...each,
      summary: 'Changes the name of an API key',
      form: changedKeySchema,
      resource,
      handle: async ({ found, form, place }) => {
        const renamed = (current: KeyRecord): KeyRecord => ({
          ...current,
          friendlyName: form.FriendlyName ?? current.friendlyName,
          dateUpdated: clock.now(),
        });
        const record = await keys.update(found.accountSid, found.sid, renamed);
        if (record === undefined) throw notFound(`Key ${found.sid}`);
        return { shown: presentKey(record, collection, place) };
      },
    }),
    removeRoute({
      ...each,
      summary: 'Removes an API key: it authenticates nobody from then on',
      handle: async ({ found }) => {
        if (!(await keys.remove(found.accountSid, found.sid))) throw notFound(`Key ${found.sid}`);
      },
    }),
  ];
}

function newKey(
  accountSid: string,
  given: z.output<typeof newKeySchema>,
  secret: string,
  now: number,
): KeyRecord {
  const sid = newSid('SK');
  return {
    sid,
    accountSid,
    friendlyName: given.FriendlyName ?? sid,
    secretHash: secretHash(secret),
    scope: given.Scope ?? 'all',
    dateCreated: now,
    dateUpdated: now,
  };
}

async function insert(keys: KeyRepository, record: KeyRecord): Promise<void> {
  const { total } = await keys.list(record.accountSid, { page: 0, pageSize: 1 });
  if (total === undefined || total >= MOST_KEYS) {
    throw badRequest(API_ERRORS.badRequest, `An account has at most ${MOST_KEYS} keys: remove one first`);
  }
  await keys.insert(record);
}

async function find(keys: KeyRepository, request: RoutedRequest): Promise<KeyRecord> {
  const sid = sidOf(request, 'SK');
  const record = await keys.find(request.account.sid, sid);
  if (record === undefined) throw notFound(`Key ${sid}`);
  return record;
}
