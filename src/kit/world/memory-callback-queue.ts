import {
  type CallbackAttempt,
  type CallbackQueue,
  type Claimed,
  type ClaimRequest,
  destinationOf,
  type Owed,
  type Settlement,
} from '../../call/callbacks-queue.ts';
import type { NewCallback } from '../../call/journal-store.ts';

/** A callback, and what has become of it. */
export interface QueuedCallback {
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
  protected readonly queued: QueuedCallback[] = [];
  readonly #onSettled: (attempt: CallbackAttempt, settlement: Settlement) => void;

  constructor(onSettled: (attempt: CallbackAttempt, settlement: Settlement) => void = () => undefined) {
    this.#onSettled = onSettled;
  }

  add(...callbacks: readonly NewCallback[]): void {
    for (const callback of callbacks) {
      this.queued.push({
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

  isAtHand(_destination: string): boolean {
    return true;
  }

  async claim({ now, claimUntil, from }: ClaimRequest): Promise<readonly Claimed[]> {
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
    const row = this.#row(attempt.callbackSid);
    if (row === undefined) return undefined;
    this.#onSettled(attempt, settlement);
    row.attempts += 1;
    // Somebody quicker may have settled it, when our claim had expired.
    if (row.state === 'pending') becomes(row, settlement);
    return this.#firstInLine().find((next) => next.line === row.line)?.dueAt;
  }

  async release(callbackSids: readonly string[]): Promise<void> {
    for (const sid of callbackSids) {
      const row = this.#row(sid);
      if (row !== undefined) row.claimedUntil = 0;
    }
  }

  async owed(after: string, most: number): Promise<readonly Owed[]> {
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
    const times = this.queued.filter((row) => row.state === 'pending').map((row) => row.callback.createdAt);
    return times.length === 0 ? { count: 0 } : { count: times.length, oldestAt: Math.min(...times) };
  }

  #firstInLine(): QueuedCallback[] {
    const lines = new Set<string>();
    return this.queued.filter((row) => {
      if (row.state !== 'pending' || lines.has(row.line)) return false;
      lines.add(row.line);
      return true;
    });
  }

  #row(sid: string): QueuedCallback | undefined {
    return this.queued.find((it) => it.callback.sid === sid);
  }
}

function becomes(row: QueuedCallback, settlement: Settlement): void {
  row.claimedUntil = 0;
  row.state = settlement.state;
  if (settlement.state === 'pending') row.dueAt = settlement.dueAt;
  if (settlement.state === 'failed') row.reason = settlement.reason;
}
