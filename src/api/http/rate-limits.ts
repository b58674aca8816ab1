import type { Middleware } from 'koa';
import type { Clock } from '../../concurrency/clock.ts';
import type { WorkShares } from '../../concurrency/work-shares.ts';
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
/** What a request costs the process, in milliseconds; see `WorkShares`. */
const REQUEST_MS = 2;
/** A request of an account that does more than its share waits for so long at most. */
const LONGEST_WAIT_MS = 2_000;

/** The limit of the address, checked before the database is asked anything. */
export function limitAddress(clock: Clock, { perAddress }: RateLimits): Middleware<ApiState> {
  const limiter = new RateLimiter(clock, perAddress);
  return async (ctx, next) => {
    refuse('address', limiter.waitS(networkOf(ctx.ip)));
    await next();
  };
}

/**
 * The limit of the account, and its share of a busy process, checked once it is authenticated. A long reply, such as a page of 1,000, counts as
 * several requests.
 */
export function limitAccount(
  clock: Clock,
  { perAccount }: RateLimits,
  shares: WorkShares,
): Middleware<ApiState> {
  const limiter = new RateLimiter(clock, perAccount);
  return async (ctx, next) => {
    const { asking } = ctx.state;
    if (asking === undefined) return await next();
    refuse('account', limiter.waitS(asking.sid));
    await shares.turn(asking.sid, REQUEST_MS)?.(AbortSignal.timeout(LONGEST_WAIT_MS));
    await next();
    if (typeof ctx.body !== 'string') return;
    const further = Math.floor(ctx.body.length / LONG_REPLY);
    limiter.charge(asking.sid, further);
    shares.spend(asking.sid, further * REQUEST_MS);
  };
}

function refuse(whose: string, waitS: number): void {
  if (waitS > 0) throw tooManyRequests(`Too many requests from this ${whose}`, waitS);
}
