import type { Clock } from '../../src/concurrency/clock.ts';
import { WorkShares } from '../../src/concurrency/work-shares.ts';
import type { FakeClock } from './fake-clock.ts';

/** Shares of a process that always has time. */
export function idleShares(clock: Clock): WorkShares {
  return new WorkShares(clock, { read: () => ({ busy: 0, lateMs: 0 }) });
}

/** Shares of a process that is busy all the time, mostly with one account, which has to wait for some seconds. */
export async function sharesHoldingBack(accountSid: string, clock: FakeClock): Promise<WorkShares> {
  const shares = new WorkShares(clock, { read: () => ({ busy: 1, lateMs: 0 }) });
  for (let passedMs = 0; passedMs < 1_000; passedMs += 100) {
    shares.spend('another account', 10);
    shares.spend(accountSid, 100);
    await clock.advance(100);
  }
  shares.spend(accountSid, 10_000);
  return shares;
}
