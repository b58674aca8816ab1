import type { Clock } from '../../concurrency/clock.ts';
import { RecentAmount } from '../../concurrency/recent-amount.ts';
import type { WorkShares } from '../../concurrency/work-shares.ts';

export interface CallerPaceOptions {
  readonly clock: Clock;
  readonly shares: WorkShares;
  /** Calls of an account that others share the process with begin evenly at this rate. */
  readonly callsPerSecond: number;
}

/** So many calls may begin in one moment before the next ones are spread. */
const BURST = 2;
/** Whoever is refused more often than this waits longer and longer... */
const REFUSED_PER_SECOND = 20;
const REFUSAL_HELD_MS = 1_000;
/** Each takes a channel of Asterisk and two RTP ports; when there are so many, further ones are refused at once. */
const MOST_HELD = 200;
const RECENT_MS = 1_000;
/** With more than this, those that have nothing to remember are forgotten. */
const MANY = 1_000;

/**
 * Takes the peaks off what one caller does while others use the process too. Calls that come in one moment, such as
 * the next tries of many phones at once, begin one after the other; and a client that is refused and calls again at
 * once, again and again, waits for each further refusal.
 */
export class CallerPace {
  readonly #clock: Clock;
  readonly #shares: WorkShares;
  readonly #gapMs: number;
  /** When the next call of an account may begin, by AccountSid. */
  readonly #nextAt = new Map<string, number>();
  /** Refusals of a client lately, by login. */
  readonly #refused = new Map<string, RecentAmount>();
  #held = 0;

  constructor({ clock, shares, callsPerSecond }: CallerPaceOptions) {
    this.#clock = clock;
    this.#shares = shares;
    this.#gapMs = 1000 / callsPerSecond;
  }

  /** What an account's next call waits for before it begins; undefined: nothing. */
  beforeCall(accountSid: string): Promise<void> | undefined {
    const now = this.#clock.steady();
    if (!this.#shares.isShared(accountSid)) return undefined;
    if (this.#nextAt.size > MANY) {
      for (const [sid, at] of this.#nextAt) if (at < now) this.#nextAt.delete(sid);
    }
    const earliest = now - BURST * this.#gapMs;
    const at = Math.max(this.#nextAt.get(accountSid) ?? earliest, earliest) + this.#gapMs;
    this.#nextAt.set(accountSid, at);
    return at <= now ? undefined : this.#clock.sleep(at - now);
  }

  /** What a client's call waits for before it is refused; undefined: nothing. */
  beforeRefusal(client: string): Promise<void> | undefined {
    const now = this.#clock.steady();
    if (this.#refused.size > MANY) {
      for (const [login, refused] of this.#refused) {
        if (refused.perSecond(now) < 1) this.#refused.delete(login);
      }
    }
    const refused = this.#refused.get(client) ?? new RecentAmount(RECENT_MS, now);
    this.#refused.set(client, refused);
    refused.add(1, now);
    if (refused.perSecond(now) <= REFUSED_PER_SECOND || this.#held >= MOST_HELD) return undefined;
    this.#held += 1;
    return this.#clock.sleep(REFUSAL_HELD_MS).finally(() => {
      this.#held -= 1;
    });
  }
}
