import type { Middleware } from 'koa';
import { firstInactive } from '../../records/account-chain.ts';
import type { AccountRepository } from '../../records/repositories.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { API_ERRORS, ApiError } from '../errors.ts';
import { isStillActive, unauthorized } from '../http/authentication.ts';
import type { ApiState } from '../http/state.ts';
import { bodyHashOf, readForward } from './forward-signature.ts';

export interface AcceptDeps {
  readonly forwardKey: Uint8Array;
  readonly accounts: AccountRepository;
  readonly clock: Clock;
}

/** Before authentication: a request that another node forwards is its account's, as that node has found out. */
export function acceptForwards({ forwardKey, accounts, clock }: AcceptDeps): Middleware<ApiState> {
  return async (ctx, next) => {
    const request = { method: ctx.method, path: ctx.url, header: (name: string) => ctx.get(name) };
    const forwarder = readForward(forwardKey, request, clock.now());
    if (typeof forwarder === 'string') throw unauthorized(forwarder, false);
    if (forwarder === undefined) return await next();
    const account = await accounts.find(forwarder.accountSid);
    const inactive = account && (await firstInactive(account, (sid) => accounts.find(sid)));
    if (account === undefined || inactive !== undefined) {
      throw new ApiError(403, API_ERRORS.accountNotActive, `Account ${forwarder.accountSid} is not active`);
    }
    ctx.state.asking = account;
    ctx.state.isStillAsking = () => isStillActive(accounts, account.sid);
    ctx.state.forwarder = forwarder;
    await next();
  };
}

/** After the body was read: it is the one that was signed. */
export function checkForwardedBody(): Middleware<ApiState> {
  return async (ctx, next) => {
    const { forwarder } = ctx.state;
    if (forwarder !== undefined && bodyHashOf(bodyOf(ctx)) !== forwarder.bodyHash) {
      throw unauthorized('The body of the forwarded request is not the one that was signed', false);
    }
    await next();
  };
}

/** The bytes of a body: `readBody` keeps each as a character. */
export function bodyOf(ctx: { readonly request: object }): Uint8Array {
  const { body } = ctx.request as { readonly body?: unknown };
  return typeof body === 'string' ? Buffer.from(body, 'latin1') : new Uint8Array();
}

/** The same middleware, but for what another node forwards. */
export function unlessForwarded(middleware: Middleware<ApiState>): Middleware<ApiState> {
  return (ctx, next) => (ctx.state.forwarder === undefined ? middleware(ctx, next) : next());
}
