import type { Clock } from '../concurrency/clock.ts';
import { within } from '../concurrency/deadline.ts';
import { aroundEach } from './around-each.ts';

const MOST_MS = 1_000;

/** The same repository, each of whose operations begins when `written` has resolved, or after a second at most. */
export function readAfter<T extends object>(written: () => Promise<void>, clock: Clock, repository: T): T {
  return aroundEach(repository, async (run) => {
    await within(clock, MOST_MS, written, undefined);
    return run();
  });
}
