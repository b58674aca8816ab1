import type { Context, Middleware } from 'koa';
import { isAskedByPage, sessionCookie } from '../console/cookie.ts';
import type { ConsoleSessions, SignedIn } from '../console/sessions.ts';
import { API_ERRORS, ApiError } from '../errors.ts';
import {
  authenticate,
  type AuthenticationDeps,
  isStillActive,
  unauthorized,
  withoutChallenge,
} from './authentication.ts';
import type { ApiState } from './state.ts';

/** Undefined: there is no console. */
type Sessions = ConsoleSessions | undefined;

/**
 * Finds the account that asks: by its credentials, or by the session of the console, with which only the console's own
 * page can ask. A 401 to that page has no challenge: with it, browsers open their own window, and the page waits for ever.
 */
export function whoAsks(deps: AuthenticationDeps, sessions: Sessions): Middleware<ApiState> {
  return async (ctx, next) => {
    const header = ctx.get('Authorization');
    const cookie = header === '' && sessions !== undefined ? sessionCookie(ctx) : undefined;
    if (sessions !== undefined && cookie !== undefined) {
      const { account } = allowed(ctx, await sessions.find(cookie));
      ctx.state.asking = account;
      ctx.state.isStillAsking = async () => (await sessions.look(cookie)) !== undefined;
    } else {
      const account = await authenticated(deps, ctx, header);
      ctx.state.asking = account;
      ctx.state.isStillAsking = () => isStillActive(deps.accounts, account.sid);
    }
    await next();
  };
}

async function authenticated(deps: AuthenticationDeps, ctx: Context, header: string) {
  try {
    return await authenticate(deps, header, ctx.ip);
  } catch (error) {
    throw isAskedByPage(ctx) ? withoutChallenge(error) : error;
  }
}

/** @throws ApiError 401, 403 */
function allowed(ctx: Context, found: SignedIn | undefined): SignedIn {
  if (found === undefined) throw unauthorized('The session has ended: sign in again', !isAskedByPage(ctx));
  if (['GET', 'HEAD'].includes(ctx.method)) return found;
  const refuse = (message: string) => new ApiError(403, API_ERRORS.accessDenied, message);
  if (ctx.get('X-Legwork-Console') !== '1') throw refuse('The header X-Legwork-Console: 1 is missing');
  if (found.session.access === 'read')
    throw refuse('This session may only read: sign in again to change something');
  return found;
}
