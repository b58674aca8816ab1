import type { Clock } from '../../concurrency/clock.ts';
import { FRAME_MS } from './leg-audio.ts';

/** A tick this late says nothing of what has come meanwhile: it has not been read yet. */
const LATE_MS = 2 * FRAME_MS;

/** What one tick weighs in the mean of about the last second: a single pause of the process is no sign of being busy. */
const WEIGHT = 0.02;

/** What a tick is about. */
export interface Tick {
  /** Steady clock, milliseconds. */
  readonly now: number;
  /** The process could not look for a while: what has come meanwhile is still to be read. */
  readonly late: boolean;
}

/** One timer of 20 ms for all streams of the process; it runs only while there are any. */
export class MediaTicker {
  readonly #clock: Clock;
  readonly #listeners = new Set<(tick: Tick) => void>();
  #last = 0;
  #lateMs = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How late the ticks of about the last second were on average, in milliseconds. */
  get lateMs(): number {
    return this.#listeners.size === 0 ? 0 : this.#lateMs;
  }

  /** Calls `listener` every 20 ms; returns a function that ends it. */
  add(listener: (tick: Tick) => void): () => void {
    this.#listeners.add(listener);
    if (this.#cancel === undefined) {
      this.#last = this.#clock.steady();
      this.#arm(this.#last);
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#cancel?.();
      this.#cancel = undefined;
    };
  }

  #arm(now: number): void {
    // Aims at a fixed rhythm, so that a tick that came late does not delay all later ones.
    const due = Math.max(now + 1, this.#last + FRAME_MS);
    this.#cancel = this.#clock.after(due - now, () => this.#tick());
  }

  #tick(): void {
    const now = this.#clock.steady();
    const sinceMs = now - this.#last;
    this.#lateMs += (Math.max(0, sinceMs - FRAME_MS) - this.#lateMs) * WEIGHT;
    this.#last = sinceMs > LATE_MS ? now : this.#last + FRAME_MS;
    this.#arm(now);
    const tick = { now, late: sinceMs > LATE_MS };
    for (const listener of this.#listeners) listener(tick);
  }
}
