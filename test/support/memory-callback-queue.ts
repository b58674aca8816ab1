import {
  type CallbackAttempt,
  type CallbackQueue,
  type Claimed,
  type ClaimRequest,
  destinationOf,
  type Owed,
  type Settlement,
} from '../../src/call/callbacks-queue.ts';
import type { NewCallback } from '../../src/call/journal-store.ts';

interface Row {
  readonly callback: NewCallback;
  readonly line: string;
  readonly destination: string;
  state: 'pending' | 'delivered' | 'failed';
  attempts: number;
  dueAt: number;
  claimedUntil: number;
  reason?: string;
}

/** The outbox in memory, with the port's rules and nothing else. */
export class MemoryCallbackQueue implements CallbackQueue {
  readonly attempts: CallbackAttempt[] = [];
  readonly #rows: Row[] = [];
  readonly #onSettled: (attempt: CallbackAttempt, settlement: Settlement) => void;
  #failures = 0;

  constructor(onSettled: (attempt: CallbackAttempt, settlement: Settlement) => void = () => undefined) {
    this.#onSettled = onSettled;
  }

  add(...callbacks: readonly NewCallback[]): void {
    for (const callback of callbacks) {
      this.#rows.push({
        callback,
        line: `${callback.callSid} ${callback.url}`,
        destination: destinationOf(callback),
        state: 'pending',
        attempts: 0,
        dueAt: callback.createdAt,
        claimedUntil: 0,
      });
    }
  }

  /** The destinations of each claim. */
  readonly asked: (readonly string[])[] = [];
  /** Claims for these destinations wait until it resolves. */
  readonly slow = new Map<string, Promise<void>>();

  isAtHand(destination: string): boolean {
    return !this.slow.has(destination);
  }

  /** The next so many operations of the dispatcher reject. */
  fail(operations: number): void {
    this.#failures = operations;
  }

  /** As after a crash: nobody holds anything. */
  forgetClaims(): void {
    for (const row of this.#rows) row.claimedUntil = 0;
  }

  /** What has become of the callbacks, in the order of writing. */
  get rows(): readonly {
    sid: string;
    state: Row['state'];
    attempts: number;
    dueAt: number;
    reason?: string;
  }[] {
    return this.#rows.map(({ callback, state, attempts, dueAt, reason }) => ({
      sid: callback.sid,
      state,
      attempts,
      dueAt,
      ...(reason === undefined ? {} : { reason }),
    }));
  }

  get claims(): number {
    return this.#rows.filter((row) => row.claimedUntil > 0).length;
  }

  async claim({ now, claimUntil, from }: ClaimRequest): Promise<readonly Claimed[]> {
    this.#mayFail();
    this.asked.push(from.map(({ destination }) => destination));
    for (const { destination } of from) await this.slow.get(destination);
    return from.map(({ destination, most }) => {
      const open = this.#firstInLine()
        .filter((row) => row.destination === destination && row.claimedUntil <= now)
        .sort((a, b) => a.dueAt - b.dueAt);
      const due = open.filter((row) => row.dueAt <= now).slice(0, most);
      for (const row of due) row.claimedUntil = claimUntil;
      const callbacks = due.map(({ callback, attempts }) => ({ ...callback, attempts }));
      return { destination, callbacks, nextAt: open[due.length]?.dueAt };
    });
  }

  async settle(attempt: CallbackAttempt, settlement: Settlement): Promise<number | undefined> {
    this.#mayFail();
    const row = this.#row(attempt.callbackSid);
    if (row === undefined) return undefined;
    this.attempts.push(attempt);
    this.#onSettled(attempt, settlement);
    row.attempts += 1;
    // Somebody quicker may have settled it, when our claim had expired.
    if (row.state === 'pending') this.#becomes(row, settlement);
    return this.#firstInLine().find((next) => next.line === row.line)?.dueAt;
  }

  async release(callbackSids: readonly string[]): Promise<void> {
    this.#mayFail();
    for (const sid of callbackSids) {
      const row = this.#row(sid);
      if (row !== undefined) row.claimedUntil = 0;
    }
  }

  async owed(after: string, most: number): Promise<readonly Owed[]> {
    this.#mayFail();
    const times = new Map<string, number>();
    for (const { destination, dueAt, claimedUntil } of this.#firstInLine()) {
      const at = Math.max(dueAt, claimedUntil);
      times.set(destination, Math.min(at, times.get(destination) ?? at));
    }
    return [...times]
      .map(([destination, at]) => ({ destination, at }))
      .filter(({ destination }) => destination > after)
      .sort((a, b) => (a.destination < b.destination ? -1 : 1))
      .slice(0, most);
  }

  async pending(): Promise<{ readonly count: number; readonly oldestAt?: number }> {
    const times = this.#rows.filter((row) => row.state === 'pending').map((row) => row.callback.createdAt);
    return times.length === 0 ? { count: 0 } : { count: times.length, oldestAt: Math.min(...times) };
  }

  #firstInLine(): Row[] {
    const lines = new Set<string>();
    return this.#rows.filter((row) => {
      if (row.state !== 'pending' || lines.has(row.line)) return false;
      lines.add(row.line);
      return true;
    });
  }

  #becomes(row: Row, settlement: Settlement): void {
    row.claimedUntil = 0;
    row.state = settlement.state;
    if (settlement.state === 'pending') row.dueAt = settlement.dueAt;
    if (settlement.state === 'failed') row.reason = settlement.reason;
  }

  #row(sid: string): Row | undefined {
    return this.#rows.find((it) => it.callback.sid === sid);
  }

  #mayFail(): void {
    if (this.#failures === 0) return;
    this.#failures -= 1;
    throw new Error('the store cannot do it now');
  }
}
