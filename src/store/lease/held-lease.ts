import type { Clock } from '../../concurrency/clock.ts';
import { LEASE_TIMES, mayDrive } from './lease-rules.ts';
import type { SwitchScope } from './scope.ts';

/** What of a lease those need who act under it. */
export interface LeaseHold {
  /** Whether the switch may be driven at this moment. Asked before each request is written. */
  isLiving(): boolean;
  /** Aborts when the lease lapses; after it was renewed there is another one. */
  readonly lapse: AbortSignal;
  /** Resolves when the switch may be driven: at once, after a renewal, or never once the lease is lost. */
  living(): Promise<void>;
}

/**
 * One lease.
 *
 * - living: for 8 s after a renewal was sent that succeeded.
 * - lapsed: after that; a renewal makes it living again, and everything goes on.
 * - lost: another node has the switch, or it was given up. Never left.
 */
export class HeldLease implements LeaseHold {
  readonly scope: SwitchScope;
  readonly #clock: Clock;
  readonly #lostSignal = new AbortController();
  #lapsing = new AbortController();
  #sentAt: number | undefined;
  #cancel: () => void = () => undefined;
  #waiting: (() => void)[] = [];
  readonly #onLapse = new Set<() => void>();
  readonly #onRenewed = new Set<() => void>();

  /** `sentAt`: when the statement was sent that took it. */
  constructor(scope: SwitchScope, clock: Clock, sentAt: number) {
    this.scope = scope;
    this.#clock = clock;
    this.#lapsing.abort();
    this.renewed(sentAt);
  }

  isLiving(): boolean {
    if (this.#lostSignal.signal.aborted) return false;
    if (mayDrive(this.#sentAt, this.#clock.steady())) return true;
    // The timer is late, because the process was held up.
    this.#lapsed();
    return false;
  }

  get lapse(): AbortSignal {
    // Asked first, because a timer may be late.
    this.isLiving();
    return this.#lapsing.signal;
  }

  /** Aborts when it is lost. */
  get lost(): AbortSignal {
    return this.#lostSignal.signal;
  }

  living(): Promise<void> {
    if (this.isLiving()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** A renewal that was sent then has succeeded. */
  renewed(sentAt: number): void {
    if (this.#lostSignal.signal.aborted) return;
    this.#sentAt = sentAt;
    if (!mayDrive(sentAt, this.#clock.steady())) return;
    this.#cancel();
    const left = sentAt + LEASE_TIMES.holdMs - this.#clock.steady();
    this.#cancel = this.#clock.after(left, () => void this.isLiving());
    if (!this.#lapsing.signal.aborted) return;
    this.#lapsing = new AbortController();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
    for (const listener of this.#onRenewed) listener();
  }

  /** It may not act again before another renewal: somebody else acts for this switch, rightly or not. */
  doubt(): void {
    this.#sentAt = undefined;
    this.#lapsed();
  }

  /** For good. */
  lose(): void {
    if (this.#lostSignal.signal.aborted) return;
    this.#cancel();
    this.#lapsed();
    this.#lostSignal.abort();
    this.#waiting = [];
  }

  /** Calls `listener` whenever the lease lapses, also when it is lost. */
  onLapse(listener: () => void): void {
    this.#onLapse.add(listener);
  }

  /** Calls `listener` when a lease that had lapsed is renewed. */
  onRenewed(listener: () => void): void {
    this.#onRenewed.add(listener);
  }

  #lapsed(): void {
    if (this.#lapsing.signal.aborted) return;
    this.#lapsing.abort();
    for (const listener of this.#onLapse) listener();
  }
}
