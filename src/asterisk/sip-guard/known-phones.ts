import type { Clock } from '../../concurrency/clock.ts';

/** A client whose password came from an address. */
export interface KnownPhone {
  readonly login: string;
  readonly address: string;
}

/** A phone registers again at least once in this time, most of them far more often. */
const KNOWN_MS = 2 * 3_600_000;
const MOST_PHONES = 50_000;

/** Where clients have shown their passwords of late. */
export class KnownPhones {
  readonly #clock: Pick<Clock, 'steady'>;
  readonly #seen = new Map<string, KnownPhone & { readonly at: number }>();

  constructor(clock: Pick<Clock, 'steady'>) {
    this.#clock = clock;
  }

  seen(login: string, address: string): void {
    const key = `${login} ${address}`;
    // The one that was seen last is forgotten last.
    this.#seen.delete(key);
    this.#seen.set(key, { login, address, at: this.#clock.steady() });
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > MOST_PHONES && oldest !== undefined) this.#seen.delete(oldest);
  }

  all(): readonly KnownPhone[] {
    const since = this.#clock.steady() - KNOWN_MS;
    return [...this.#seen.values()].filter(({ at }) => at > since);
  }
}
