import type { Clock } from '../../concurrency/clock.ts';

/**
 * The database's time, so that what one node writes down means the same to the next: a due time, the end of a ring, a
 * signature's age. Between two looks at the database it runs with the machine's steady clock.
 */
export class ClusterClock implements Clock {
  readonly #base: Clock;
  /** What the database's time is ahead of the steady clock; of the first look for good, because `steady` never jumps. */
  readonly #first: number;
  #now: number;

  /** `databaseNow` is what the database said when `base.steady()` was `at`. */
  constructor(base: Clock, databaseNow: number, at: number) {
    this.#base = base;
    this.#first = Math.round(databaseNow - at);
    this.#now = this.#first;
  }

  now(): number {
    return this.#base.steady() + this.#now;
  }

  steady(): number {
    return this.#base.steady() + this.#first;
  }

  after(ms: number, run: () => void): () => void {
    return this.#base.after(ms, run);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#base.sleep(ms, signal);
  }

  /** Another look: the database said this when `base.steady()` was `at`. */
  set(databaseNow: number, at: number): void {
    this.#now = Math.round(databaseNow - at);
  }
}
