import type { Clock } from '../../concurrency/clock.ts';
import { NO_LOGIN, type SecurityReport } from './security-log.ts';

/** An address that is blocked because it guessed passwords. */
export interface Block {
  readonly address: string;
  readonly forMs: number;
}

interface Tries {
  count: number;
  readonly since: number;
}

interface Sender {
  tries: Tries;
  succeededAt: number;
  blockedUntil: number;
  pardonedUntil: number;
  /** How often in a row the address was blocked. */
  blocks: number;
}

const WINDOW_MS = 60_000;
/** The first block slows a guesser down, the last one stops it. */
const BLOCKS_MS = [10_000, 60_000, 600_000] as const;
/** Within this time after a block, the next one is longer. */
const MEMORY_MS = 3_600_000;
/** For one login, all addresses together have this many times as many tries. */
const LOGIN_FACTOR = 5;
/** An address where a phone is known has this many times as many tries. */
const KNOWN_FACTOR = 5;
const MOST_SENDERS = 10_000;
const NEVER = Number.NEGATIVE_INFINITY;
const FOREVER_AGO = { succeededAt: NEVER, blockedUntil: NEVER, pardonedUntil: NEVER };

/**
 * Counts wrong passwords by the address that they came from and by the login that they were for, and says which
 * address to block for how long. An address from which a phone has sent the right password has more tries, because
 * blocking it would cost more, and over UDP anybody can forge an address.
 */
export class GuessLimit {
  readonly #most: number;
  readonly #clock: Pick<Clock, 'steady'>;
  readonly #senders = new Map<string, Sender>();
  readonly #logins = new Map<string, Tries>();

  /** `most`: how many wrong passwords a minute are allowed. */
  constructor(most: number, clock: Pick<Clock, 'steady'>) {
    this.#most = most;
    this.#clock = clock;
  }

  /** Counts what the log says; returns the block that follows from it, if any. */
  note(report: SecurityReport): Block | undefined {
    if (report.event === 'ChallengeSent') return undefined;
    const sender = this.#senderAt(report.address);
    if (report.event === 'ChallengeResponseFailed') return this.#failed(sender, report);
    sender.succeededAt = this.#clock.steady();
    return undefined;
  }

  /** The addresses that are blocked now. */
  blocked(): readonly string[] {
    const now = this.#clock.steady();
    return [...this.#senders]
      .filter(([, { blockedUntil }]) => blockedUntil > now)
      .map(([address]) => address);
  }

  /** Lifts the block of an address that we need, and does not block it for a minute. */
  pardon(address: string): void {
    const sender = this.#senders.get(address);
    const pardonedUntil = this.#clock.steady() + WINDOW_MS;
    if (sender !== undefined) Object.assign(sender, { blockedUntil: NEVER, blocks: 0, pardonedUntil });
  }

  #failed(sender: Sender, { account, address }: SecurityReport): Block | undefined {
    const now = this.#clock.steady();
    if (Math.max(sender.blockedUntil, sender.pardonedUntil) > now) return undefined;
    sender.tries = counted(sender.tries, now);
    const isKnown = sender.succeededAt > now - MEMORY_MS;
    // When many addresses guess at one login, each has one try, unless a phone is known there.
    const isSought = this.#triesAt(account, now) > LOGIN_FACTOR * this.#most && !isKnown;
    const most = isKnown ? KNOWN_FACTOR * this.#most : this.#most;
    return sender.tries.count > most || isSought ? this.#block(address, sender, now) : undefined;
  }

  #triesAt(account: string, now: number): number {
    if (account === NO_LOGIN) return 0;
    const tries = counted(this.#logins.get(account), now);
    this.#logins.set(account, tries);
    return tries.count;
  }

  #block(address: string, sender: Sender, now: number): Block {
    const isAgain = sender.blockedUntil > now - MEMORY_MS;
    sender.blocks = isAgain ? sender.blocks + 1 : 1;
    const forMs = BLOCKS_MS[Math.min(sender.blocks, BLOCKS_MS.length) - 1] ?? 0;
    sender.blockedUntil = now + forMs;
    sender.tries = { count: 0, since: now };
    return { address, forMs };
  }

  #senderAt(address: string): Sender {
    const known = this.#senders.get(address);
    // The address that was heard of last is forgotten last.
    this.#senders.delete(address);
    const now = this.#clock.steady();
    const tries = { count: 0, since: now };
    const sender = known ?? { tries, ...FOREVER_AGO, blocks: 0 };
    this.#senders.set(address, sender);
    forgetOldest(this.#senders);
    forgetOldest(this.#logins);
    return sender;
  }
}

function counted(tries: Tries | undefined, now: number): Tries {
  if (tries === undefined || tries.since <= now - WINDOW_MS) return { count: 1, since: now };
  tries.count += 1;
  return tries;
}

function forgetOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > MOST_SENDERS && oldest !== undefined) map.delete(oldest);
}
