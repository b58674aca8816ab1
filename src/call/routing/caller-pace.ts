import { setMaxListeners } from 'node:events';
import type { Clock } from '../../concurrency/clock.ts';
import { RecentAmount } from '../../concurrency/recent-amount.ts';
import { Serial } from '../../concurrency/serial.ts';
import type { WorkShares } from '../../concurrency/work-shares.ts';

export interface CallerPaceOptions {
  readonly clock: Clock;
  readonly shares: WorkShares;
  /** At this rate calls of an account begin that others share the process with, at a third of it while that is busy. */
  readonly callsPerSecond: number;
}

/** So many calls may begin in one moment before the next ones are spread. */
const BURST = 2;
/** While the process is busy, its calls begin this much slower. */
const WHEN_BUSY = 3;
/** A client that is refused more often than this waits for each further refusal, the longer, the more often. */
const REFUSED_PER_SECOND = 20;
const DELAY_PER_REFUSAL_MS = 25;
const LONGEST_DELAY_MS = 4_000;
/** Each takes a channel of Asterisk and two RTP ports; when there are so many, further ones are refused at once. */
const MOST_DELAYED = 200;
const RECENT_MS = 1_000;
/** With more than this, those that have nothing to remember are forgotten. */
const MANY = 1_000;

/** The calls of an account that wait for their turn to begin. */
interface Line {
  waiting: number;
  /** When the latest one had its turn, or would have had it, had it come as early as it may. */
  at: number;
  readonly turns: Serial;
}

/**
 * Takes the peaks off what one caller does while others use the process too. Calls that come in one moment, such as
 * the next tries of many phones at once, begin one after the other; and a client that is refused and calls again at
 * once, again and again, waits for each further refusal.
 */
export class CallerPace {
  readonly #clock: Clock;
  readonly #shares: WorkShares;
  readonly #perSecond: number;
  readonly #lines = new Map<string, Line>();
  /** Refusals of a client lately, by login. */
  readonly #refused = new Map<string, RecentAmount>();
  readonly #closing = new AbortController();
  #delayed = 0;

  constructor({ clock, shares, callsPerSecond }: CallerPaceOptions) {
    this.#clock = clock;
    this.#shares = shares;
    this.#perSecond = callsPerSecond;
    // Each wait listens.
    setMaxListeners(0, this.#closing.signal);
  }

  /** From now on nobody waits: we are stopping. */
  close(): void {
    this.#closing.abort();
  }

  /** Whether as many calls of the account wait for their turn as may begin in a second: the next one would wait too long. */
  isFull(accountSid: string): boolean {
    return (this.#lines.get(accountSid)?.waiting ?? 0) >= this.#perSecond;
  }

  /** What an account's next call waits for before it begins; undefined: nothing. */
  beforeCall(accountSid: string): Promise<void> | undefined {
    const now = this.#clock.steady();
    const line = this.#lineOf(accountSid, now);
    const at = Math.max(line.at, now - BURST * this.#gapMs) + this.#gapMs;
    if (line.waiting === 0 && (at <= now || !this.#shares.isShared(accountSid))) {
      line.at = Math.min(at, now);
      return undefined;
    }
    line.waiting += 1;
    return line.turns.run(async () => {
      if (this.#shares.isShared(accountSid)) await this.#wait(line.at + this.#gapMs - this.#clock.steady());
      line.at = this.#clock.steady();
      line.waiting -= 1;
    });
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
    const perSecond = refused.perSecond(now);
    if (perSecond <= REFUSED_PER_SECOND || this.#delayed >= MOST_DELAYED) return undefined;
    this.#delayed += 1;
    return this.#wait(Math.min(perSecond * DELAY_PER_REFUSAL_MS, LONGEST_DELAY_MS)).finally(() => {
      this.#delayed -= 1;
    });
  }

  get #gapMs(): number {
    return ((this.#shares.isBusy ? WHEN_BUSY : 1) * 1000) / this.#perSecond;
  }

  #lineOf(accountSid: string, now: number): Line {
    if (this.#lines.size > MANY) {
      for (const [sid, { waiting, at }] of this.#lines) {
        if (waiting === 0 && now - at > 1000) this.#lines.delete(sid);
      }
    }
    const line = this.#lines.get(accountSid) ?? { waiting: 0, at: 0, turns: new Serial() };
    this.#lines.set(accountSid, line);
    return line;
  }

  #wait(ms: number): Promise<void> {
    return this.#clock.sleep(ms, this.#closing.signal);
  }
}
