import type { Context, Middleware } from 'koa';
import { z } from 'zod';
import { iso8601 } from '../../call/dates.ts';
import type { AccountRecord } from '../../records/repositories.ts';
import type { ConsoleSession } from '../../records/console-session.ts';
import { API_ERRORS, ApiError } from '../errors.ts';
import { formOf, readBody } from '../http/body.ts';
import {
  type AuthenticationDeps,
  accountWithToken,
  unauthorized,
  withoutChallenge,
} from '../http/authentication.ts';
import type { ApiState } from '../http/state.ts';
import { label, oneOf, optional, readForm, required } from '../parameters.ts';
import { sessionCookie, setSessionCookie } from './cookie.ts';
import { type ConsoleSessions, SESSION_S, sessionSid } from './sessions.ts';

export interface SessionRouteDeps extends AuthenticationDeps {
  readonly consoleSessions: ConsoleSessions;
  readonly version: string;
  /** Whether browsers can be phones. */
  readonly hasWebPhones: boolean;
}

const PATH = '/console/session';
const METHODS = ['GET', 'POST', 'DELETE'];

/** `POST /console/session`. */
const signInSchema = z.object({
  AccountSid: required(API_ERRORS.badRequest, label(255)),
  AuthToken: required(API_ERRORS.badRequest, label(255)),
  Access: optional(oneOf(['read', 'write'])),
});

/** Signs people in to the console and out of it, and tells who has signed in. */
export function consoleSession(deps: SessionRouteDeps): Middleware<ApiState> {
  const read = readBody();
  return async (ctx, next) => {
    if (ctx.path !== PATH) return next();
    ctx.set({ 'Cache-Control': 'no-store' });
    if (!METHODS.includes(ctx.method)) {
      const message = `${ctx.method} is not allowed here; allowed: ${METHODS.join(', ')}`;
      throw new ApiError(405, API_ERRORS.methodNotAllowed, message, { Allow: METHODS.join(', ') });
    }
    requireOwnPage(ctx);
    if (ctx.method === 'GET') await show(deps, ctx);
    else if (ctx.method === 'DELETE') await signOut(deps, ctx);
    else {
      await read(ctx, async () => undefined);
      await signIn(deps, ctx);
    }
  };
}

/** @throws ApiError 403 */
function requireOwnPage(ctx: Context): void {
  const site = ctx.get('Sec-Fetch-Site');
  const refuse = (message: string) => new ApiError(403, API_ERRORS.accessDenied, message);
  if (site === '') {
    throw refuse(
      'The console works over HTTPS, or at localhost: elsewhere browsers do not say which page asks',
    );
  }
  if (site !== 'same-origin') throw refuse('Pages of other sites may not use the console');
  if (ctx.method !== 'GET' && ctx.get('X-Legwork-Console') !== '1') {
    throw refuse('The header X-Legwork-Console: 1 is missing');
  }
}

async function signIn(deps: SessionRouteDeps, ctx: Context): Promise<void> {
  const given = readForm(signInSchema, formOf(ctx));
  const credentials = { user: given.AccountSid, token: given.AuthToken };
  // With a challenge the browser would open a window of its own, and the page would wait for it.
  const account = await accountWithToken(deps, credentials, ctx.ip).catch((error: unknown) => {
    throw withoutChallenge(error);
  });
  if (!deps.consoleSessions.isAllowed(account.sid)) {
    const message = `Account ${account.sid} may not use the console (CONSOLE_ACCOUNTS)`;
    throw new ApiError(403, API_ERRORS.accessDenied, message);
  }
  const before = sessionCookie(ctx);
  if (before !== undefined) await deps.consoleSessions.end(before);
  const { cookie, session } = await deps.consoleSessions.begin(
    account,
    given.AuthToken,
    given.Access ?? 'write',
  );
  setSessionCookie(ctx, cookie);
  ctx.status = 201;
  ctx.body = present(account, session, deps);
}

async function signOut({ consoleSessions }: SessionRouteDeps, ctx: Context): Promise<void> {
  const cookie = sessionCookie(ctx);
  if (cookie !== undefined) await consoleSessions.end(cookie);
  setSessionCookie(ctx, undefined);
  ctx.status = 204;
}

async function show(deps: SessionRouteDeps, ctx: Context): Promise<void> {
  const cookie = sessionCookie(ctx);
  const found = cookie === undefined ? undefined : await deps.consoleSessions.find(cookie);
  if (found === undefined) throw unauthorized('Nobody has signed in, or the session has ended', false);
  ctx.body = present(found.account, found.session, deps);
}

function present(
  account: AccountRecord,
  session: ConsoleSession,
  { version, hasWebPhones }: SessionRouteDeps,
) {
  const { access, createdAt } = session;
  return {
    sid: sessionSid(session),
    account_sid: account.sid,
    friendly_name: account.friendlyName,
    access,
    expires: iso8601(createdAt + SESSION_S * 1000),
    version,
    web_phones: hasWebPhones,
  };
}
