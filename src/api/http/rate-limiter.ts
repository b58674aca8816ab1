import type { Clock } from '../../concurrency/clock.ts';

/** How many requests may come at once, and how many per second in the long run. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

interface Bucket {
  /** Requests that may still come. */
  left: number;
  at: number;
}

const MAX_REMEMBERED = 10_000;

/** A bucket of requests for each key, which fills up as time passes. */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #rate: Rate;
  /** The least recently used first. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, rate: Rate) {
    this.#clock = clock;
    this.#rate = rate;
  }

  /** Takes one request; 0 when it may come, else the whole seconds after which the next one may. */
  waitS(key: string): number {
    const { perSecond, burst } = this.#rate;
    const now = this.#clock.steady();
    const before = this.#buckets.get(key);
    const filled = before === undefined ? burst : before.left + ((now - before.at) / 1000) * perSecond;
    const bucket: Bucket = { left: Math.min(burst, filled), at: now };
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    this.#forget();
    if (bucket.left < 1) return Math.max(1, Math.ceil((1 - bucket.left) / perSecond));
    bucket.left -= 1;
    return 0;
  }

  /** Takes more for a request that was let through: the next ones wait for longer. */
  charge(key: string, requests: number): void {
    const bucket = this.#buckets.get(key);
    if (bucket !== undefined) bucket.left -= requests;
  }

  #forget(): void {
    for (const key of this.#buckets.keys()) {
      if (this.#buckets.size <= MAX_REMEMBERED) return;
      this.#buckets.delete(key);
    }
  }
}
