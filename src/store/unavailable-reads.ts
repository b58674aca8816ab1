import { StoreUnavailableError } from '../records/repositories.ts';
import { aroundEach } from './around-each.ts';
import { isRefusal } from './write-failure.ts';

/**
 * The same repository, which rejects with StoreUnavailableError when it cannot read because the database is away, as
 * the write queue does for writes.
 */
export function tellingOutages<T extends object>(repository: T): T {
  return aroundEach(repository, (run) => {
    const result = run();
    return result instanceof Promise ? result.catch(rethrow) : result;
  });
}

function rethrow(error: unknown): never {
  throw isRefusal(error) ? error : new StoreUnavailableError(error);
}
