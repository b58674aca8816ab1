/** Far more than run at once. */
const MOST_CALLS = 20_000;

/** The Call-IDs of the calls that browser phones have or had lately. */
export class KnownCalls {
  readonly #seen = new Set<string>();
  readonly #isLive: (callId: string) => boolean;

  /** `isLive` knows the calls that began before this process. */
  constructor(isLive: (callId: string) => boolean) {
    this.#isLive = isLive;
  }

  add(callId: string): void {
    this.#seen.delete(callId);
    this.#seen.add(callId);
    const [oldest] = this.#seen;
    if (this.#seen.size > MOST_CALLS && oldest !== undefined) this.#seen.delete(oldest);
  }

  has(callId: string): boolean {
    return this.#seen.has(callId) || this.#isLive(callId);
  }
}
