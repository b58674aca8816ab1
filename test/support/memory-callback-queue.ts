import {
  type CallbackAttempt,
  type CallbackQueue,
  type ClaimRequest,
  type DueCallback,
  destinationOf,
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
  #failures = 0;

  add(...callbacks: readonly NewCallback[]): void {
    for (const callback of callbacks) {
      this.#rows.push({
        callback,
        line: `${callback.callSid} ${callback.url}`,
        destination: destinationOf(callback.url),
        state: 'pending',
        attempts: 0,
        dueAt: callback.createdAt,
        claimedUntil: 0,
      });
    }
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

  async claim(request: ClaimRequest): Promise<readonly DueCallback[]> {
    this.#mayFail();
    const free = this.#firstInLine(request.exceptDestinations)
      .filter((row) => row.dueAt <= request.now && row.claimedUntil <= request.now)
      .sort((a, b) => a.dueAt - b.dueAt)
      .slice(0, request.limit);
    for (const row of free) row.claimedUntil = request.claimUntil;
    return free.map(({ callback, attempts }) => ({ ...callback, attempts }));
  }

  async settle(attempt: CallbackAttempt, settlement: Settlement): Promise<void> {
    this.#mayFail();
    const row = this.#row(attempt.callbackSid);
    this.attempts.push(attempt);
    row.attempts += 1;
    row.claimedUntil = 0;
    row.state = settlement.state;
    if (settlement.state === 'pending') row.dueAt = settlement.dueAt;
    if (settlement.state === 'failed') row.reason = settlement.reason;
  }

  async release(callbackSids: readonly string[]): Promise<void> {
    this.#mayFail();
    for (const sid of callbackSids) this.#row(sid).claimedUntil = 0;
  }

  async nextDueAt(exceptDestinations: readonly string[]): Promise<number | undefined> {
    this.#mayFail();
    const times = this.#firstInLine(exceptDestinations).map((row) => Math.max(row.dueAt, row.claimedUntil));
    return times.length === 0 ? undefined : Math.min(...times);
  }

  async pending(): Promise<{ readonly count: number; readonly oldestAt?: number }> {
    const times = this.#rows.filter((row) => row.state === 'pending').map((row) => row.callback.createdAt);
    return times.length === 0 ? { count: 0 } : { count: times.length, oldestAt: Math.min(...times) };
  }

  #firstInLine(exceptDestinations: readonly string[]): Row[] {
    const lines = new Set<string>();
    return this.#rows.filter((row) => {
      if (row.state !== 'pending' || lines.has(row.line)) return false;
      lines.add(row.line);
      return !exceptDestinations.includes(row.destination);
    });
  }

  #row(sid: string): Row {
    const row = this.#rows.find((it) => it.callback.sid === sid);
    if (row === undefined) throw new Error(`no such callback: ${sid}`);
    return row;
  }

  #mayFail(): void {
    if (this.#failures === 0) return;
    this.#failures -= 1;
    throw new Error('the store cannot do it now');
  }
}
