import type { ServerResponse } from 'node:http';
import type { Middleware, ParameterizedContext } from 'koa';
import { isSid } from '../../call/sids.ts';
import type { AccountRepository, CallRepository } from '../../records/repositories.ts';
import { API_ERRORS, ApiError, notFound } from '../errors.ts';
import { parseForm } from '../form.ts';
import { accountInScope } from '../http/authentication.ts';
import type { ApiState } from '../http/state.ts';
import { readAskedEvents } from './asked-events.ts';
import type { Live } from './live.ts';
import type { EventSink } from './live-stream.ts';

export interface LiveRouteDeps {
  readonly live: Live;
  readonly accounts: AccountRepository;
  readonly calls: CallRepository;
}

const PATH = /^\/Accounts\/([^/]+)\/Live$/;
const HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  // nginx would keep the events back.
  'X-Accel-Buffering': 'no',
};
/** How long a reader waits before it comes again. */
const RETRY = 'retry: 2000\n\n';

/** `GET P/Live`: server-sent events. */
export function liveEvents(deps: LiveRouteDeps): Middleware<ApiState> {
  return async (ctx, next) => {
    const accountSid = PATH.exec(ctx.state.apiPath ?? '')?.[1];
    if (accountSid === undefined) return next();
    if (ctx.method !== 'GET') {
      const message = `${ctx.method} is not allowed here; allowed: GET`;
      throw new ApiError(405, API_ERRORS.methodNotAllowed, message, { Allow: 'GET' });
    }
    await serve(deps, ctx, accountSid);
  };
}

async function serve(
  { live, accounts, calls }: LiveRouteDeps,
  ctx: ParameterizedContext<ApiState>,
  accountSid: string,
): Promise<void> {
  const { asking, place, isStillAsking } = ctx.state;
  if (asking === undefined || place === undefined) throw notFound();
  const account = await accountInScope(accounts, asking, accountSid, false);
  const { names, callSid, subAccounts, lastEventId } = readAskedEvents(parseForm(ctx.querystring));
  const root = callSid === undefined ? undefined : await rootOf(live, calls, account.sid, callSid);
  const { prefix } = place;
  const subscription = { accountSid: account.sid, subAccounts, names, root, prefix };
  const reader = {
    askingSid: asking.sid,
    isAllowed: isStillAsking ?? (() => Promise.resolve(true)),
    lastEventId: ctx.get('Last-Event-ID') || lastEventId,
  };
  const { res } = ctx;
  const end = await live.open(subscription, reader, () => {
    ctx.respond = false;
    res.writeHead(200, HEADERS);
    res.write(RETRY);
    return sinkOf(res);
  });
  if (res.destroyed) end();
  else res.once('close', end);
}

async function rootOf(
  live: Live,
  calls: CallRepository,
  accountSid: string,
  callSid: string,
): Promise<string> {
  // It waits for what is on its way into the tables.
  const call = isSid('CA', callSid) ? await calls.find(accountSid, callSid) : undefined;
  const root = call === undefined ? undefined : await live.kinship.rootOf(callSid);
  if (root === undefined) throw notFound(`Call ${callSid}`);
  return root;
}

function sinkOf(response: ServerResponse): EventSink {
  return {
    write(bytes, onTaken) {
      if (response.destroyed || response.writableEnded) return;
      response.write(bytes, (error) => {
        if (error === undefined || error === null) onTaken?.();
      });
    },
    get unsentBytes() {
      return response.writableLength;
    },
    end: () => void response.end(),
  };
}
