import { StoreUnavailableError } from '../records/repositories.ts';
import { isRefusal } from './write-failure.ts';

/**
 * The same repository, which rejects with StoreUnavailableError when it cannot read because the database is away, as
 * the write queue does for writes.
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
