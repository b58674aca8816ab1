import type { Clock } from '../concurrency/clock.ts';
import { within } from '../concurrency/deadline.ts';

const MOST_MS = 1_000;

/** The same repository, each of whose operations begins when `written` has resolved, or after a second at most. */
export function readAfter<T extends object>(written: () => Promise<void>, clock: Clock, repository: T): T {
  return new Proxy(repository, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return async (...args: readonly unknown[]): Promise<unknown> => {
        await within(clock, MOST_MS, written, undefined);
        return Reflect.apply(member, target, args);
      };
    },
  });
}
