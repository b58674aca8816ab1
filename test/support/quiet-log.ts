import type { Log } from '../../src/concurrency/log.ts';

/** Says nothing. */
export const quiet: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
