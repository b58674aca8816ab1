import type { Clock } from '../../concurrency/clock.ts';

const WINDOW_MS = 60_000;
/** Wrong tokens for one account from one address, so that a misconfigured program does not lock out its neighbours. */
const PER_ACCOUNT = 10;
/** Wrong tokens from one address for all accounts together. */
const PER_ADDRESS = 100;
const MAX_REMEMBERED = 10_000;

interface Window {
  readonly endsAt: number;
  count: number;
}

/** Counts failed authentications per address, for a minute each. */
export class FailureLimiter {
  readonly #clock: Clock;
  /** In the order in which they begin, which is also the order in which they end. */
  readonly #windows = new Map<string, Window>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Seconds until this address may try this account again; 0 unless it has failed too often. */
  blockedForS(address: string, user: string): number {
    const now = this.#clock.steady();
    const ends = this.#keys(address, user).map(([key, limit]) => {
      const window = this.#windows.get(key);
      return window !== undefined && window.count >= limit ? window.endsAt : 0;
    });
    return Math.max(0, Math.ceil((Math.max(...ends) - now) / 1000));
  }

  failed(address: string, user: string): void {
    const now = this.#clock.steady();
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

/** An IPv6 address counts as its whole /64, because whoever has one has them all. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!plain.includes(':')) return plain;
  // `::` stands for as many groups of zero as are missing.
  const [head = '', tail = ''] = plain.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const behind = tail === '' ? 0 : tail.split(':').length;
  const zeros = plain.includes('::') ? Array.from({ length: 8 - groups.length - behind }, () => '0') : [];
  return [...groups, ...zeros, ...tail.split(':')]
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':');
}
