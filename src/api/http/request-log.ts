import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';
import type { Clock } from '../../concurrency/clock.ts';
import { SampledLog } from '../../sampled-log.ts';
import { networkOf } from './failure-limiter.ts';
import { type Log, withFields } from '../../concurrency/log.ts';
import type { ApiState } from './state.ts';

/** Characters of a path in the log, when the request has no account. */
const LONGEST_PATH = 200;

/**
 * Gives every request an identifier (the client's own, if that is a sensible one) and one line in the log. Of requests
 * without an account, and of those refused because they come too often, only a sample is logged. The query is left
 * out, because people put secrets there.
 */
export function requestLog(log: Log, clock: Clock): Middleware<ApiState> {
  const sampled = new SampledLog(clock, (leftOut) => log.warn(leftOut, 'Lines of this log were left out'));
  return async (ctx, next) => {
    const startedAt = clock.steady();
    const given = ctx.get('X-Request-Id');
    const requestId = /^[\w-]{8,64}$/.test(given) ? given : randomUUID();
    ctx.state.log = withFields(log, { requestId });
    ctx.state.mayLog = (kind) =>
      ctx.state.asking === undefined ? sampled.admits(kind, networkOf(ctx.ip)) : true;
    ctx.set('X-Request-Id', requestId);
    sampled.tellOfPast();
    await next();
    const { asking } = ctx.state;
    const kind = `HTTP ${ctx.status}`;
    const fields = {
      method: ctx.method,
      path: asking === undefined ? ctx.path.slice(0, LONGEST_PATH) : ctx.path,
      status: ctx.status,
      durationMs: clock.steady() - startedAt,
      address: ctx.ip,
      accountSid: asking?.sid,
    };
    // Requests that are refused because they come too often must not fill the disk either.
    const sample = asking === undefined || ctx.status === 429;
    const isQuiet =
      ctx.path === '/health' || (sample && !sampled.admits(kind, asking?.sid ?? networkOf(ctx.ip)));
    if (isQuiet) ctx.state.log.debug(fields, 'HTTP request');
    else ctx.state.log.info(fields, 'HTTP request');
  };
}
