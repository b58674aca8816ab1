import type { CallStart } from './call-start.ts';

/** A leg whose documents run, as seen by whoever wants to give it another one. */
export interface RunningCall {
  /** Stops whatever the leg does now and goes on with another document. */
  modify(start: CallStart): void;
}

/** The calls whose documents run now, and the starts that were set for legs which are not answered yet; by CallSid. */
export class CallRuns {
  readonly #running = new Map<string, RunningCall>();
  readonly #idle = new Set<() => void>();
  readonly #starts = new Map<string, CallStart>();
  readonly #keepers = new Map<string, (start: CallStart) => Promise<void>>();

  get(callSid: string): RunningCall | undefined {
    return this.#running.get(callSid);
  }

  /** Sets what a leg begins with when it is answered, instead of what it was made with. Resolves when that is kept. */
  async setStart(callSid: string, start: CallStart): Promise<void> {
    this.#starts.set(callSid, start);
    await this.#keepers.get(callSid)?.(start);
  }

  /** Makes every start that is set for this leg durable, until one is taken. `keep` must not reject. */
  keepStarts(callSid: string, keep: (start: CallStart) => Promise<void>): void {
    this.#keepers.set(callSid, keep);
    const start = this.#starts.get(callSid);
    if (start !== undefined) void keep(start);
  }

  takeStart(callSid: string): CallStart | undefined {
    const start = this.#starts.get(callSid);
    this.#starts.delete(callSid);
    this.#keepers.delete(callSid);
    return start;
  }

  /** Lists a call as running until `run` has ended. */
  async during(callSid: string, call: RunningCall, run: Promise<void>): Promise<void> {
    this.#running.set(callSid, call);
    try {
      await run;
    } finally {
      this.#running.delete(callSid);
      if (this.#running.size === 0) {
        for (const resolve of this.#idle) resolve();
        this.#idle.clear();
      }
    }
  }

  /** Resolves when no documents run any more and every action has been requested. */
  idle(): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle.add(resolve);
    });
  }
}
