import type { Foundation } from '../foundation.ts';

const EVERY_MS = 3_600_000;
const DAY_MS = 24 * EVERY_MS;

interface RetentionParts extends Pick<Foundation, 'config' | 'clock' | 'log' | 'store'> {
  /** Removes the queues that documents made and in which nobody has been since then. Never rejects. */
  readonly removeUnusedQueues: (before: number) => Promise<unknown>;
}

/** Removes delivered callbacks, call events and unused queues past RETENTION_DAYS, hourly; returns a function that ends it. */
export function keepRetention({ config, clock, log, store, removeUnusedQueues }: RetentionParts): () => void {
  let cancel = clock.after(0, round);
  function round(): void {
    cancel = clock.after(EVERY_MS, round);
    void removeUnusedQueues(clock.now() - config.retentionDays * DAY_MS);
    store.removeOlderThan(config.retentionDays).then(
      (rows) => log.debug({ rows }, 'Old callbacks and call events were removed'),
      (error: unknown) => log.warn({ err: error }, 'Old callbacks and call events could not be removed'),
    );
  }
  return () => cancel();
}
