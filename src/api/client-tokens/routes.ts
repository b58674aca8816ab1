import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { newSid } from '../../call/sids.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { ClientToken, ClientTokenRepository } from '../../records/client-token.ts';
import type { ClientRecord, Repository } from '../../records/repositories.ts';
import { ha1Of } from '../clients/digests.ts';
import { API_ERRORS, badRequest, notFound } from '../errors.ts';
import { NO_FILTERS } from '../list-query.ts';
import { label, optional, wholeNumber } from '../parameters.ts';
import { uriOf } from '../place.ts';
import type { AsteriskPush } from '../push.ts';
import { type Route, type RoutedRequest, sidOf } from '../route.ts';
import { createRoute, listRoute, readRoute, removeRoute } from '../route-kinds.ts';
import { iceServers, turnCredentials } from '../tokens/ice-servers.ts';
import type { IceSettings, WebPhoneAccess } from '../web-phone-access.ts';
import { CLIENT_TOKEN, NEW_CLIENT_TOKEN, presentNewToken, presentToken } from './presenter.ts';

export interface ClientTokenDeps {
  readonly clients: Repository<ClientRecord>;
  readonly clientTokens: ClientTokenRepository;
  /** Undefined: there are no browser phones. */
  readonly webPhones: WebPhoneAccess | undefined;
  /** Why there are none. */
  readonly webPhonesOff: string | undefined;
  readonly ice: IceSettings;
  readonly push: AsteriskPush;
  readonly clock: Clock;
}

const STANDARD_S = 3_600;
const MOST_TOKENS = 20;
const USERNAME_LETTERS = 24;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
/** 192 bits. */
const PASSWORD_BYTES = 24;

/** `POST P/Clients/{sid}/Tokens`. */
const newTokenSchema = z.object({
  Ttl: optional(wholeNumber(60, 86_400)),
  Label: optional(label()),
});

const MANY = '/Clients/:client/Tokens';

/** `P/Clients/{sid}/Tokens`: what a page signs in with. */
export function clientTokenRoutes(deps: ClientTokenDeps): readonly Route[] {
  const each = { path: `${MANY}/:sid`, find: (request: RoutedRequest) => findToken(deps, request) };
  return [
    listRoute({
      path: MANY,
      summary: 'The tokens of a client that have not expired, newest first',
      filters: NO_FILTERS,
      resource: CLIENT_TOKEN,
      find: (request) => findClient(deps, request),
      handle: async ({ account, found: { sid }, place, query: { page } }) => {
        const access = accessOf(deps);
        const tokens = await deps.clientTokens.list(sid, page);
        const items = tokens.items.map((record) => presentToken(record, access, place));
        return { ...tokens, items, uri: uriOf(place, account.sid, 'Clients', sid, 'Tokens') };
      },
    }),
    createRoute({
      path: MANY,
      summary: 'Makes a token with which a page can be a phone of the client',
      form: newTokenSchema,
      resource: NEW_CLIENT_TOKEN,
      find: (request) => findClient(deps, request),
      handle: async ({ found, form, place }) => {
        const access = accessOf(deps);
        const { Ttl: ttlS = STANDARD_S, Label = '' } = form;
        const { token, password } = await create(deps, access, found, { ttlS, label: Label });
        const credentials = turnCredentials(deps.ice, found.sid, { now: token.dateCreated, ttlS });
        const secrets = { password, iceServers: iceServers(deps.ice, credentials) };
        return { shown: presentNewToken(presentToken(token, access, place), secrets) };
      },
    }),
    readRoute({
      ...each,
      summary: 'Reads a token, without its password',
      resource: CLIENT_TOKEN,
      handle: async ({ found, place }) => ({ shown: presentToken(found.token, accessOf(deps), place) }),
    }),
    removeRoute({
      ...each,
      summary: 'Revokes a token: phones that are registered with it are not any more',
      handle: async ({ found: { client, token } }) => {
        const revoked = await deps.clientTokens.revoke(client.sid, token.sid, deps.clock.now());
        if (revoked === undefined) throw notFound(`Token ${token.sid}`);
        await pushed(deps, client, [token.username]);
      },
    }),
  ];
}

async function create(
  deps: ClientTokenDeps,
  access: WebPhoneAccess,
  client: ClientRecord,
  { ttlS, label: text }: { readonly ttlS: number; readonly label: string },
): Promise<{ readonly token: ClientToken; readonly password: string }> {
  if (client.status !== 'enabled') {
    throw badRequest(API_ERRORS.badRequest, `Client ${client.sid} is disabled, so it cannot have tokens`);
  }
  const now = deps.clock.now();
  const username = `tk${randomLetters(USERNAME_LETTERS)}`;
  const password = randomBytes(PASSWORD_BYTES).toString('base64url');
  const token: ClientToken = {
    sid: newSid('TO'),
    accountSid: client.accountSid,
    clientSid: client.sid,
    login: client.login.toLowerCase(),
    label: text,
    username,
    ha1: ha1Of(username, password),
    dateCreated: now,
    dateExpires: now + ttlS * 1000,
  };
  if (!(await deps.clientTokens.insert(token, MOST_TOKENS))) {
    const message = `Client ${client.sid} has ${MOST_TOKENS} tokens; revoke one, or wait until one expires`;
    throw badRequest(API_ERRORS.badRequest, message);
  }
  access.willExpire(token.dateExpires);
  await pushed(deps, client, []);
  return { token, password };
}

async function pushed(
  { push, webPhones }: ClientTokenDeps,
  client: ClientRecord,
  gone: readonly string[],
): Promise<void> {
  await push(client.login.toLowerCase(), { clientSid: client.sid }, async () =>
    webPhones?.tokensChanged(client, gone),
  );
}

async function findClient({ clients }: ClientTokenDeps, request: RoutedRequest): Promise<ClientRecord> {
  const sid = sidOf(request, 'CL', 'client');
  const client = await clients.find(request.account.sid, sid);
  if (client === undefined) throw notFound(`Client ${sid}`);
  return client;
}

async function findToken(deps: ClientTokenDeps, request: RoutedRequest) {
  const client = await findClient(deps, request);
  const sid = sidOf(request, 'TO');
  const token = await deps.clientTokens.find(client.sid, sid);
  if (token === undefined) throw notFound(`Token ${sid}`);
  return { client, token };
}

/** @throws ApiError 400 */
function accessOf({ webPhones, webPhonesOff = 'see WEBRTC' }: ClientTokenDeps): WebPhoneAccess {
  if (webPhones !== undefined) return webPhones;
  throw badRequest(API_ERRORS.badRequest, `There are no browser phones here: ${webPhonesOff}`);
}

function randomLetters(count: number): string {
  const bytes = randomBytes(count * 2).filter((byte) => byte < 234);
  const letters = Array.from(bytes.subarray(0, count), (byte) => LETTERS[byte % LETTERS.length]).join('');
  return letters.length === count ? letters : randomLetters(count);
}
