import type { Clock } from '../concurrency/clock.ts';

/** Waits until `work` is done or has failed, `ms` at most; tells whether it did. */
export async function inTime(work: Promise<unknown>, ms: number, clock: Clock): Promise<boolean> {
  const done = new AbortController();
  const ended = () => done.abort();
  work.then(ended, ended);
  await clock.sleep(ms, done.signal);
  return done.signal.aborted;
}
