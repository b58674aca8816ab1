import type { Clock } from '../../src/concurrency/clock.ts';

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** A clock that a test winds by hand; timers run in the order of their times. */
export class FakeClock implements Clock {
  #now: number;
  /** How far somebody has set the machine's clock. */
  #set = 0;
  readonly #timers = new Set<Timer>();

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  /** How many timers are set: none should be left when a test is over. */
  get timers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now + this.#set;
  }

  steady(): number {
    return this.#now;
  }

  /** Somebody sets the machine's clock: no time passes. */
  jump(ms: number): void {
    this.#set += ms;
  }

  /** So much time passes at once, as during work that holds up the process: no timer runs meanwhile. */
  heldUp(ms: number): void {
    this.#now += ms;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + Math.max(ms, 0), run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const done = () => {
        cancel();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.after(ms, done);
      signal?.addEventListener('abort', done);
    });
  }

  /** Lets `ms` pass: runs what falls due, each at its time, and lets promises settle in between. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settled();
    for (let timer = this.#next(until); timer !== undefined; timer = this.#next(until)) {
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, timer.at);
      timer.run();
      await settled();
    }
    this.#now = until;
    await settled();
  }

  #next(until: number): Timer | undefined {
    const due = [...this.#timers].filter((timer) => timer.at <= until);
    return due.sort((a, b) => a.at - b.at)[0];
  }
}

/** Lets every promise that needs no I/O settle. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
