import type { Clock } from './clock.ts';
import type { Asker } from './fair-turns.ts';
import { Limit } from './limit.ts';

interface Line {
  readonly limit: Limit;
  /** How many work or wait. */
  askers: number;
  /** By the steady clock. */
  restsUntil: number;
}

/**
 * Work that holds up the whole process while it is done, such as reading a long text. An account does one piece of
 * it at a time, in order of arrival, and rests after each for a multiple of the time that the piece costs: however
 * much of it there is, an account takes no more than its share of the process. Accounts do not wait for each other.
 */
export class RestingTurns {
  readonly #clock: Clock;
  readonly #restFactor: number;
  /** Of the accounts that work, wait or rest. */
  readonly #lines = new Map<string, Line>();

  /** With a rest of 4 times the work an account takes a fifth of the process. */
  constructor(clock: Clock, restFactor: number) {
    this.#clock = clock;
    this.#restFactor = restFactor;
  }

  /** How many accounts are remembered; those that have rested are forgotten when somebody asks for a turn. */
  get size(): number {
    return this.#lines.size;
  }

  /** How many pieces of an account's work are under way or wait. */
  asking(accountSid: string): number {
    return this.#lines.get(accountSid)?.askers ?? 0;
  }

  /**
   * Does `work` when the account's turn comes; undefined, at once, when the asker's signal aborts before that.
   * `besidesMs`: what it costs before and after, on top of the time that it takes.
   */
  async run<T>({ accountSid, signal }: Asker, work: () => T, besidesMs = 0): Promise<T | undefined> {
    const line = this.#lineOf(accountSid);
    line.askers += 1;
    try {
      return await line.limit.run(signal, () => this.#rested(line, signal, work, besidesMs));
    } finally {
      line.askers -= 1;
    }
  }

  async #rested<T>(
    line: Line,
    signal: AbortSignal,
    work: () => T,
    besidesMs: number,
  ): Promise<T | undefined> {
    const restMs = line.restsUntil - this.#clock.steady();
    if (restMs > 0) await this.#clock.sleep(restMs, signal);
    if (signal.aborted) return undefined;
    const beganAt = this.#clock.steady();
    try {
      return work();
    } finally {
      const endedAt = this.#clock.steady();
      line.restsUntil = endedAt + (endedAt - beganAt + besidesMs) * this.#restFactor;
    }
  }

  #lineOf(accountSid: string): Line {
    for (const [account, { askers, restsUntil }] of this.#lines) {
      if (askers === 0 && restsUntil <= this.#clock.steady()) this.#lines.delete(account);
    }
    const line = this.#lines.get(accountSid) ?? { limit: new Limit(1), askers: 0, restsUntil: 0 };
    this.#lines.set(accountSid, line);
    return line;
  }
}
