import type { Context, Middleware } from 'koa';
import { isAskedByPage, sessionCookie } from '../console/cookie.ts';
import type { ConsoleSessions, SignedIn } from '../console/sessions.ts';
import type { KeyRecord } from '../../records/key-record.ts';
import { API_ERRORS, ApiError } from '../errors.ts';
import {
  authenticate,
  type AuthenticationDeps,
  isStillLetIn,
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
      const asking = await authenticated(deps, ctx, header);
      if (asking.key !== undefined) requireScope(ctx, asking.key);
      ctx.state.asking = asking.account;
      ctx.state.isKey = asking.key !== undefined;
      ctx.state.isStillAsking = () => isStillLetIn(deps, asking);
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

/** @throws ApiError 403 */
function requireScope(ctx: Context, { sid, scope }: KeyRecord): void {
  if (scope === 'all' || isReading(ctx)) return;
  throw new ApiError(403, API_ERRORS.accessDenied, `Key ${sid} has Scope=read: it may only read`);
}

function isReading({ method }: Context): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** @throws ApiError 401, 403 */
function allowed(ctx: Context, found: SignedIn | undefined): SignedIn {
  if (found === undefined) throw unauthorized('The session has ended: sign in again', !isAskedByPage(ctx));
  if (isReading(ctx)) return found;
  const refuse = (message: string) => new ApiError(403, API_ERRORS.accessDenied, message);
  if (ctx.get('X-Legwork-Console') !== '1') throw refuse('The header X-Legwork-Console: 1 is missing');
  if (found.session.access === 'read')
    throw refuse('This session may only read: sign in again to change something');
  return found;
}
