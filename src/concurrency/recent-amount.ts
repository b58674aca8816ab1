/** How much there was lately of something: what is added counts half after a half-life, a quarter after two, and so on. */
export class RecentAmount {
  readonly #halfLifeMs: number;
  #amount = 0;
  #at: number;

  /** `now`: milliseconds, from a clock that never goes back. */
  constructor(halfLifeMs: number, now: number) {
    this.#halfLifeMs = halfLifeMs;
    this.#at = now;
  }

  add(amount: number, now: number): void {
    this.#amount = this.at(now) + amount;
    this.#at = now;
  }

  at(now: number): number {
    return this.#amount * 0.5 ** (Math.max(0, now - this.#at) / this.#halfLifeMs);
  }

  /** What it would have to be each second for this amount. */
  perSecond(now: number): number {
    return (this.at(now) * Math.LN2 * 1000) / this.#halfLifeMs;
  }
}
