/** A rate with a burst of one second; `now` is in milliseconds, from a clock that never goes back. */
export class TokenBucket {
  readonly perSecond: number;
  #tokens: number;
  #filledAt: number;

  constructor(perSecond: number, now: number) {
    this.perSecond = perSecond;
    this.#tokens = perSecond;
    this.#filledAt = now;
  }

  /** Whether a token can be taken so that `rest` others stay. */
  hasToken(now: number, rest = 0): boolean {
    this.#fill(now);
    return this.#tokens >= 1 + rest;
  }

  /** Whether nothing was taken for so long that a new bucket would be the same. */
  isFull(now: number): boolean {
    this.#fill(now);
    return this.#tokens >= this.perSecond;
  }

  take(): void {
    this.#tokens -= 1;
  }

  #fill(now: number): void {
    const gained = (Math.max(0, now - this.#filledAt) / 1000) * this.perSecond;
    this.#tokens = Math.min(this.perSecond, this.#tokens + gained);
    this.#filledAt = now;
  }
}
