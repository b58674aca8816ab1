import type { Clock } from '../../concurrency/clock.ts';

/** A clock whose timers are all cancelled by `close`, so that nothing happens later. */
export class ClosingClock implements Clock {
  readonly #clock: Clock;
  readonly #cancels = new Set<() => void>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  steady(): number {
    return this.#clock.steady();
  }

  after(ms: number, run: () => void): () => void {
    if (this.#closed) return () => undefined;
    const stop = this.#clock.after(ms, () => {
      this.#cancels.delete(cancel);
      run();
    });
    const cancel = () => {
      this.#cancels.delete(cancel);
      stop();
    };
    this.#cancels.add(cancel);
    return cancel;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#clock.sleep(ms, signal);
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#cancels) cancel();
  }
}
