import type { Clock } from '../../concurrency/clock.ts';

/** A client, and an address from which its password has come. */
export interface KnownPhone {
  readonly login: string;
  readonly address: string;
}

/** Every phone registers again within this time, most of them far more often. */
const KNOWN_MS = 2 * 3_600_000;
const MOST_PHONES = 50_000;

/** The addresses from which clients have recently sent their passwords. */
export class KnownPhones {
  readonly #clock: Pick<Clock, 'steady'>;
  readonly #seen = new Map<string, KnownPhone & { readonly at: number }>();

  constructor(clock: Pick<Clock, 'steady'>) {
    this.#clock = clock;
  }

  seen(login: string, address: string): void {
    const key = `${login} ${address}`;
    // The phone that was seen last is forgotten last.
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
