import type { Foundation } from '../foundation.ts';

const EVERY_MS = 3_600_000;

/** Removes delivered callbacks and call events past RETENTION_DAYS, hourly; returns a function that ends it. */
export function keepRetention({
  config,
  clock,
  log,
  store,
}: Pick<Foundation, 'config' | 'clock' | 'log' | 'store'>): () => void {
  let cancel = clock.after(0, round);
  function round(): void {
    cancel = clock.after(EVERY_MS, round);
    store.removeOlderThan(config.retentionDays).then(
      (rows) => log.debug({ rows }, 'Old callbacks and call events were removed'),
      (error: unknown) => log.warn({ err: error }, 'Old callbacks and call events could not be removed'),
    );
  }
  return () => cancel();
}
