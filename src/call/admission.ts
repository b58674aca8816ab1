import type { Clock } from './clock.ts';

export interface AdmissionLimits {
  /** New calls per second, with a burst of one second. */
  readonly callsPerSecond: number;
  /** Calls at one time: inbound and REST calls; the legs that they dial do not count. */
  readonly calls: number;
}

/**
 * Decides at once whether one more call may begin. Past the limit SIP retransmissions feed an overload, so an
 * early 503 (REST: 429) is worth more than trying.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #clock: Clock;
  readonly #running: () => number;
  readonly #canStore: () => boolean;
  #tokens: number;
  #filledAt: number;
  #closed = false;

  /** `running` counts the calls of now; `canStore`: what begins now could be written down. */
  constructor(limits: AdmissionLimits, clock: Clock, running: () => number, canStore = () => true) {
    this.#limits = limits;
    this.#clock = clock;
    this.#running = running;
    this.#canStore = canStore;
    this.#tokens = limits.callsPerSecond;
    this.#filledAt = clock.now();
  }

  /** From now on nothing is admitted: we are stopping. */
  close(): void {
    this.#closed = true;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** False while the database cannot write. */
  get canStore(): boolean {
    return this.#canStore();
  }

  /** Takes one place when there is one. */
  admit(): boolean {
    const now = this.#clock.now();
    const { callsPerSecond, calls } = this.#limits;
    const gained = (Math.max(0, now - this.#filledAt) / 1000) * callsPerSecond;
    this.#tokens = Math.min(callsPerSecond, this.#tokens + gained);
    this.#filledAt = now;
    if (this.#closed || !this.#canStore()) return false;
    if (this.#tokens < 1 || this.#running() >= calls) return false;
    this.#tokens -= 1;
    return true;
  }
}
