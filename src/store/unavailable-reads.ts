import { StoreUnavailableError } from '../records/repositories.ts';
import { isRefusal } from './write-failure.ts';

/**
 * The same repository; what it cannot read because the database is away is told as StoreUnavailableError, as the
 * write queue tells it of writes.
 */
export function tellingOutages<T extends object>(repository: T): T {
  return new Proxy(repository, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: readonly unknown[]): unknown => {
        const result: unknown = Reflect.apply(member, target, args);
        return result instanceof Promise ? result.catch(rethrow) : result;
      };
    },
  });
}

function rethrow(error: unknown): never {
  throw isRefusal(error) ? error : new StoreUnavailableError(error);
}
