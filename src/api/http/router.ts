import Router, { type RouterContext } from '@koa/router';
import type { Middleware } from 'koa';
import type { AccountRecord, AccountRepository } from '../../records/repositories.ts';
import { accountInScope } from './authentication.ts';
import { formOf } from './body.ts';
import { API_ERRORS, ApiError, notFound } from '../errors.ts';
import { parseForm } from '../form.ts';
import type { Place } from '../place.ts';
import { FairTurns } from '../../concurrency/fair-turns.ts';
import type { Log } from '../../concurrency/log.ts';
import { render } from './rendering.ts';
import type { ApiReply } from '../reply.ts';
import type { Route } from '../route.ts';
import type { ApiState } from './state.ts';
import { isStorable, percentDecoded } from './utf8.ts';

/** Lists are read from the same database as calls use: one at a time for each account, so that none keeps the others waiting. */
const LISTS = { total: 2, perAccount: 1, reserved: 0 };

const ACCOUNTS = '/Accounts';
const ACCOUNT = `${ACCOUNTS}/:accountSid`;

/** Finds the route of an authenticated request; 405 when only the method is wrong, 404 when there is no route. */
export function apiRouter(
  routes: readonly Route[],
  accounts: AccountRepository,
): readonly Middleware<ApiState>[] {
  const router = new Router<ApiState>({ sensitive: true });
  const turns = new FairTurns(LISTS);
  for (const route of routes) {
    const isList = route.query !== 'ignored';
    router.register(pathOf(route), [route.method], (ctx) =>
      isList ? inTurn(turns, ctx, () => run(route, ctx, accounts)) : run(route, ctx, accounts),
    );
  }
  return [
    async (ctx, next) => {
      ctx['newRouterPath'] = readable(ctx.state.apiPath ?? ''); // matched instead of the request's path
      await next();
    },
    router.routes() as unknown as Middleware<ApiState>,
    async (ctx) => {
      const { matched } = ctx as unknown as RouterContext<ApiState>;
      const allowed = [...new Set((matched ?? []).flatMap((layer) => layer.methods))].join(', ');
      if (allowed === '') throw notFound();
      const message = `${ctx.method} is not allowed here; allowed: ${allowed}`;
      throw new ApiError(405, API_ERRORS.methodNotAllowed, message, { Allow: allowed });
    },
  ];
}

/** The path of a route after the prefix, with `:variables`. */
export function pathOf(route: Route): string {
  return (route.root === true ? ACCOUNTS : ACCOUNT) + route.path;
}

/** Waits for the account's turn; does nothing for a client that has disconnected by then. */
async function inTurn(
  turns: FairTurns,
  ctx: RouterContext<ApiState>,
  work: () => Promise<void>,
): Promise<void> {
  const gone = new AbortController();
  ctx.res.once('close', () => gone.abort());
  await turns.run({ accountSid: ctx.state.asking?.sid ?? '', signal: gone.signal }, work);
}

async function run(route: Route, ctx: RouterContext<ApiState>, accounts: AccountRepository): Promise<void> {
  const { asking, place, log } = ctx.state;
  if (asking === undefined || place === undefined) throw notFound();
  if (route.authTokenOnly === true && ctx.state.isKey === true) throw needsAuthToken();
  const account = route.root === true ? asking : await scopeOf(route, ctx, accounts, asking);
  const reply = await route.handle({
    account,
    asking,
    place,
    variables: ctx['params'],
    sent: { query: parseForm(ctx.querystring), form: formOf(ctx) },
  });
  // Registered before anything else can fail: what was created must go on.
  if (reply.afterReply !== undefined) afterReply(ctx, reply.afterReply, log);
  send(ctx, reply, place);
}

function needsAuthToken(): ApiError {
  const message =
    'An API key cannot be used for accounts, keys and signatures: use the AccountSid and AuthToken';
  return new ApiError(403, API_ERRORS.accessDenied, message);
}

/** The same path. @throws ApiError when it does not decode to a text that can be stored */
function readable(path: string): string {
  const names = percentDecoded(path);
  if (names === undefined || !isStorable(names)) {
    const message = 'There is no such path: it is not UTF-8, or contains the character NUL';
    throw new ApiError(404, API_ERRORS.notFound, message);
  }
  return path;
}

function scopeOf(
  route: Route,
  ctx: RouterContext<ApiState>,
  accounts: AccountRepository,
  asking: AccountRecord,
): Promise<AccountRecord> {
  const mustBeActive = route.method !== 'GET' && route.evenInactive !== true;
  return accountInScope(accounts, asking, ctx['params']['accountSid'] ?? '', mustBeActive);
}

function send(ctx: RouterContext<ApiState>, reply: ApiReply, place: Place): void {
  ctx.status = reply.status;
  if (reply.content === undefined) return;
  const { type, text } = render(reply.content, place.format);
  ctx.type = type;
  ctx.body = text;
}

/** Runs something once, when the reply has been handed to the socket or the client has gone. */
function afterReply(ctx: RouterContext<ApiState>, run: () => void, log: Log): void {
  let done = false;
  const once = () => {
    if (done) return;
    done = true;
    try {
      run();
    } catch (error) {
      log.error({ err: error }, 'The work after a reply failed');
    }
  };
  ctx.res.once('finish', once);
  ctx.res.once('close', once);
  if (ctx.res.destroyed || ctx.res.writableFinished) once();
}
