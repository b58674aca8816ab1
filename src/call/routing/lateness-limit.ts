import type { Clock } from '../../concurrency/clock.ts';
import { RecentAmount } from '../../concurrency/recent-amount.ts';
import type { ThreadLoad } from '../../concurrency/thread-load.ts';

const LOOK_MS = 500;
/** A call is answered after some ten steps of the process: with this much for each, its caller waits half a second. */
const TOO_LATE_MS = 50;
const IN_TIME_MS = 25;
/** A single pause says nothing. */
const LOOKS_IN_A_ROW = 2;
/** What was read over a longer time than this says nothing about now. */
const OLD_MS = 3_000;
const LESS = 0.8;
const MORE = 1.25;
/** So many new calls a second, and at once, are taken however late everything is. */
const LEAST = 10;
const RECENT_MS = 1_000;

/**
 * Lowers the rate of new calls step by step while the process is late with everything it does, whatever the reason, and
 * raises it again when it is in time.
 */
export class LatenessLimit {
  readonly #clock: Clock;
  readonly #load: ThreadLoad;
  readonly #recent: RecentAmount;
  /** New calls a second. */
  #limit = Number.POSITIVE_INFINITY;
  #tokens = 0;
  #filledAt: number;
  #lookedAt: number;
  #lateInARow = 0;

  constructor(clock: Clock, load: ThreadLoad) {
    const now = clock.steady();
    this.#clock = clock;
    this.#load = load;
    this.#recent = new RecentAmount(RECENT_MS, now);
    this.#filledAt = now;
    this.#lookedAt = now;
  }

  /** Whether one more call may begin now. */
  get hasRoom(): boolean {
    const now = this.#clock.steady();
    this.#look(now);
    if (this.#limit === Number.POSITIVE_INFINITY) return true;
    const gained = ((now - this.#filledAt) / 1000) * this.#limit;
    this.#tokens = Math.min(Math.max(LEAST, this.#limit / 4), this.#tokens + gained);
    this.#filledAt = now;
    return this.#tokens >= 1;
  }

  /** One more has begun. */
  take(): void {
    this.#recent.add(1, this.#clock.steady());
    this.#tokens -= 1;
  }

  #look(now: number): void {
    const passedMs = now - this.#lookedAt;
    if (passedMs < LOOK_MS) return;
    this.#lookedAt = now;
    const { lateMs } = this.#load.read();
    const isOld = passedMs > OLD_MS;
    this.#lateInARow = lateMs > TOO_LATE_MS && !isOld ? this.#lateInARow + 1 : 0;
    if (this.#lateInARow >= LOOKS_IN_A_ROW) this.#lower(now);
    else if (isOld) this.#limit = Number.POSITIVE_INFINITY;
    else if (lateMs < IN_TIME_MS) this.#raise(now);
  }

  #lower(now: number): void {
    if (this.#limit === Number.POSITIVE_INFINITY) {
      this.#tokens = LEAST;
      this.#filledAt = now;
    }
    this.#limit = Math.max(LEAST, Math.min(this.#limit, this.#recent.perSecond(now)) * LESS);
  }

  #raise(now: number): void {
    this.#limit *= MORE;
    if (this.#limit > 2 * Math.max(LEAST, this.#recent.perSecond(now)))
      this.#limit = Number.POSITIVE_INFINITY;
  }
}
