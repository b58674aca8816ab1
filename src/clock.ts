import type { Clock } from './concurrency/clock.ts';

/** Node fires a timer with a longer delay at once, so delays are cut to this. */
const LONGEST_TIMER_MS = 2_147_483_647;

const BEGAN_AT = Date.now() - performance.now();

export const systemClock: Clock = {
  now: () => Date.now(),
  steady: () => Math.round(BEGAN_AT + performance.now()),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
  sleep(ms, signal) {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
      signal?.addEventListener('abort', done);
    });
  },
};

/** Resolves in the next turn of the event loop: what needs no I/O and no timer has settled by then. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
