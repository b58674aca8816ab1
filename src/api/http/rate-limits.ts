import type { Middleware } from 'koa';
import type { Clock } from '../../concurrency/clock.ts';
import { tooManyRequests } from '../errors.ts';
import { networkOf } from './failure-limiter.ts';
import { type Rate, RateLimiter } from './rate-limiter.ts';
import type { ApiState } from './state.ts';

export interface RateLimits {
  /** For one address (IPv6: one /64), whichever accounts it uses. */
  readonly perAddress: Rate;
  /** For one account, from all addresses. */
  readonly perAccount: Rate;
}

/** More than an account needs to make calls as fast as Legwork accepts them, and to look after them. */
export const RATE_LIMITS: RateLimits = {
  perAddress: { perSecond: 500, burst: 2000 },
  perAccount: { perSecond: 300, burst: 1000 },
};

/** A reply of this many characters takes as long to write as another request takes in all. */
const LONG_REPLY = 32_768;

/** The limit of the address, checked before the database is asked anything. */
export function limitAddress(clock: Clock, { perAddress }: RateLimits): Middleware<ApiState> {
  const limiter = new RateLimiter(clock, perAddress);
  return async (ctx, next) => {
    refuse('address', limiter.waitS(networkOf(ctx.ip)));
    await next();
  };
}

/**
 * The limit of the account, checked once it is authenticated. A long reply, such as a page of 1,000, counts as
 * several requests.
 */
export function limitAccount(clock: Clock, { perAccount }: RateLimits): Middleware<ApiState> {
  const limiter = new RateLimiter(clock, perAccount);
  return async (ctx, next) => {
    const { asking } = ctx.state;
    if (asking !== undefined) refuse('account', limiter.waitS(asking.sid));
    await next();
    if (asking === undefined || typeof ctx.body !== 'string') return;
    limiter.charge(asking.sid, Math.floor(ctx.body.length / LONG_REPLY));
  };
}

function refuse(whose: string, waitS: number): void {
  if (waitS > 0) throw tooManyRequests(`Too many requests from this ${whose}`, waitS);
}
