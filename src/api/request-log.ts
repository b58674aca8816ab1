import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';
import type { Clock } from '../call/clock.ts';
import type { ApiLog } from './ports.ts';
import type { ApiState } from './state.ts';

/**
 * Gives every request an identifier (a sensible one of the client's is kept) and one line in the log. The
 * query is left out: people put secrets there.
 */
export function requestLog(log: ApiLog, clock: Clock): Middleware<ApiState> {
  return async (ctx, next) => {
    const startedAt = clock.now();
    const given = ctx.get('X-Request-Id');
    const requestId = /^[\w-]{8,64}$/.test(given) ? given : randomUUID();
    ctx.state.log = log.child({ requestId });
    ctx.set('X-Request-Id', requestId);
    await next();
    const fields = {
      method: ctx.method,
      path: ctx.path,
      status: ctx.status,
      durationMs: clock.now() - startedAt,
      address: ctx.ip,
      accountSid: ctx.state.asking?.sid,
    };
    if (ctx.path === '/health') ctx.state.log.debug(fields, 'HTTP request');
    else ctx.state.log.info(fields, 'HTTP request');
  };
}
