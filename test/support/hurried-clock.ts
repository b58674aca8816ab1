import { systemClock } from '../../src/clock.ts';
import type { Clock } from '../../src/concurrency/clock.ts';

/** Its waits pass quickly; what is waited for is real. */
export const hurriedClock: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms / 20, signal),
};
