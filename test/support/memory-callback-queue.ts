import type {
  CallbackAttempt,
  Claimed,
  ClaimRequest,
  Owed,
  Settlement,
} from '../../src/call/callbacks-queue.ts';
import {
  MemoryCallbackQueue as Queue,
  type QueuedCallback,
} from '../../src/kit/world/memory-callback-queue.ts';

/** The outbox in memory, which a test can make slow or let fail. */
export class MemoryCallbackQueue extends Queue {
  readonly attempts: CallbackAttempt[] = [];
  /** The destinations of each claim. */
  readonly asked: (readonly string[])[] = [];
  /** Claims for these destinations wait until it resolves. */
  readonly slow = new Map<string, Promise<void>>();
  #failures = 0;

  /** The next so many operations of the dispatcher reject. */
  fail(operations: number): void {
    this.#failures = operations;
  }

  /** As after a crash: nobody holds anything. */
  forgetClaims(): void {
    for (const row of this.queued) row.claimedUntil = 0;
  }

  /** What has become of the callbacks, in the order of writing. */
  get rows(): readonly {
    sid: string;
    state: QueuedCallback['state'];
    attempts: number;
    dueAt: number;
    reason?: string;
  }[] {
    return this.queued.map(({ callback, state, attempts, dueAt, reason }) => ({
      sid: callback.sid,
      state,
      attempts,
      dueAt,
      ...(reason === undefined ? {} : { reason }),
    }));
  }

  get claims(): number {
    return this.queued.filter((row) => row.claimedUntil > 0).length;
  }

  override isAtHand(destination: string): boolean {
    return !this.slow.has(destination);
  }

  override async claim(request: ClaimRequest): Promise<readonly Claimed[]> {
    this.#mayFail();
    this.asked.push(request.from.map(({ destination }) => destination));
    for (const { destination } of request.from) await this.slow.get(destination);
    return super.claim(request);
  }

  override async settle(attempt: CallbackAttempt, settlement: Settlement): Promise<number | undefined> {
    this.#mayFail();
    if (this.queued.some(({ callback }) => callback.sid === attempt.callbackSid)) this.attempts.push(attempt);
    return super.settle(attempt, settlement);
  }

  override async release(callbackSids: readonly string[]): Promise<void> {
    this.#mayFail();
    return super.release(callbackSids);
  }

  override async owed(after: string, most: number): Promise<readonly Owed[]> {
    this.#mayFail();
    return super.owed(after, most);
  }

  #mayFail(): void {
    if (this.#failures === 0) return;
    this.#failures -= 1;
    throw new Error('the store cannot do it now');
  }
}
