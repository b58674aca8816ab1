import type { Clock } from '../call/clock.ts';

const WINDOW_MS = 60_000;
/** Wrong tokens for one account from one address; one misconfigured program does not lock out its neighbours. */
const PER_ACCOUNT = 10;
/** Wrong tokens from one address for whatever account. */
const PER_ADDRESS = 100;
const MAX_REMEMBERED = 10_000;

interface Window {
  readonly endsAt: number;
  count: number;
}

/** Counts failed authentications per address, for a minute each; what is over the limit is not looked at. */
export class FailureLimiter {
  readonly #clock: Clock;
  /** In the order of their beginning, which is that of their end. */
  readonly #windows = new Map<string, Window>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Seconds until this address may try this account again, 0 when it may now. */
  blockedForS(address: string, user: string): number {
    const now = this.#clock.now();
    const ends = this.#keys(address, user).map(([key, limit]) => {
      const window = this.#windows.get(key);
      return window !== undefined && window.count >= limit ? window.endsAt : 0;
    });
    return Math.max(0, Math.ceil((Math.max(...ends) - now) / 1000));
  }

  failed(address: string, user: string): void {
    const now = this.#clock.now();
    this.#forget(now);
    for (const [key] of this.#keys(address, user)) {
      const window = this.#windows.get(key);
      if (window !== undefined) window.count += 1;
      else this.#windows.set(key, { endsAt: now + WINDOW_MS, count: 1 });
    }
  }

  #forget(now: number): void {
    for (const [key, window] of this.#windows) {
      if (window.endsAt > now && this.#windows.size < MAX_REMEMBERED) return;
      this.#windows.delete(key);
    }
  }

  #keys(address: string, user: string): readonly (readonly [string, number])[] {
    const network = networkOf(address);
    return [
      [network, PER_ADDRESS],
      [`${network} ${user.slice(0, 255)}`, PER_ACCOUNT],
    ];
  }
}

/** Who holds one IPv6 address holds its /64. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return plain.includes(':') ? plain.split(':').slice(0, 4).join(':') : plain;
}
