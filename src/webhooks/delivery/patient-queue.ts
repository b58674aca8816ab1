import type { CallbackQueue, DueCallback } from '../../call/callbacks-queue.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { Delivery } from './callback-delivery.ts';

const STORE_RETRY_MS = [200, 1000, 5000, 15_000] as const;

/** What it says to the operator; never a URL, which may hold secrets. */
export interface DispatcherLog {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export interface PatientQueueOptions {
  readonly queue: CallbackQueue;
  readonly clock: Clock;
  readonly log: DispatcherLog;
}

/** The outbox for a sender: waits while the store fails, until `stopping` aborts. */
export class PatientQueue {
  readonly #options: PatientQueueOptions;
  readonly #stopping: AbortSignal;

  constructor(options: PatientQueueOptions, stopping: AbortSignal) {
    this.#options = options;
    this.#stopping = stopping;
  }

  /** What was sent cannot be taken back: retries for as long as the store needs, until we are stopped. */
  async settle(callback: DueCallback, { attempt, settlement }: Delivery): Promise<number | undefined> {
    const { log, queue } = this.#options;
    for (let failures = 0; ; failures += 1) {
      try {
        return await queue.settle(attempt, settlement);
      } catch (error) {
        log.warn({ err: error, callSid: callback.callSid }, 'a callback was sent but cannot be settled');
        if (this.#stopping.aborted) return undefined;
        await this.pause(failures);
      }
    }
  }

  async release(callbacks: readonly DueCallback[]): Promise<void> {
    if (callbacks.length === 0) return;
    try {
      await this.#options.queue.release(callbacks.map(({ sid }) => sid));
    } catch (error) {
      this.#options.log.warn({ err: error }, 'claims of callbacks could not be released, they will run out');
    }
  }

  /** After a failure of the store; only the end cuts it short. */
  pause(failures: number): Promise<void> {
    const ms = STORE_RETRY_MS[Math.min(failures, STORE_RETRY_MS.length - 1)] ?? 0;
    return this.#options.clock.sleep(ms, this.#stopping);
  }
}
