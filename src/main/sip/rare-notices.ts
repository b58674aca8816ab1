/** How often one thing is told of, however often it happens. */
const QUIET_MS = 600_000;
/** So many things of one account are told of in this time. */
const MOST_OF_AN_ACCOUNT = 20;
const MOST_KEPT = 2_000;

interface Told {
  readonly accountSid: string;
  readonly until: number;
  /** How often it happened since it was told of. */
  more: number;
}

/**
 * Holds back notices of things that outsiders can cause as often as they like: each is told at once when it happens
 * first, and when it happens again after ten minutes, then with the number of times in between.
 */
export class RareNotices {
  readonly #told = new Map<string, Told>();

  /** How often it happened since it was told of last, now included; undefined: it is not told of now. */
  admit(accountSid: string, what: string, now: number): number | undefined {
    const key = `${accountSid} ${what}`;
    const known = this.#told.get(key);
    if (known !== undefined && known.until > now) {
      known.more += 1;
      return undefined;
    }
    if (this.#toldOf(accountSid, now) >= MOST_OF_AN_ACCOUNT) return undefined;
    // What was told last is forgotten last.
    this.#told.delete(key);
    this.#told.set(key, { accountSid, until: now + QUIET_MS, more: 0 });
    const [oldest] = this.#told.keys();
    if (this.#told.size > MOST_KEPT && oldest !== undefined) this.#told.delete(oldest);
    return (known?.more ?? 0) + 1;
  }

  #toldOf(accountSid: string, now: number): number {
    return [...this.#told.values()].filter((one) => one.accountSid === accountSid && one.until > now).length;
  }
}
