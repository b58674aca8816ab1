import type { IncomingCall } from './incoming-call.ts';
import { CallOver } from './sip-failure.ts';
import { Deferred, type Waits } from './waits.ts';

export type Script = (call: IncomingCall) => Promise<void> | void;

/** Gives each incoming call to whoever is waiting for one, otherwise to the script; without either it is kept. */
export class CallInbox {
  readonly #waits: Waits;
  readonly #queue: IncomingCall[] = [];
  readonly #waiting: Deferred<IncomingCall>[] = [];
  readonly #errors: unknown[] = [];
  #script: Script | undefined;

  constructor(waits: Waits) {
    this.#waits = waits;
  }

  /** What scripts threw, except errors because their call was over. */
  get errors(): readonly unknown[] {
    return this.#errors;
  }

  next(options: { withinMs?: number }): Promise<IncomingCall> {
    const next = new Deferred<IncomingCall>();
    const queued = this.#queue.shift();
    if (queued !== undefined) next.resolve(queued);
    else this.#waiting.push(next);
    return this.#waits.until('an incoming call', next.promise, options).finally(() => {
      const at = this.#waiting.indexOf(next);
      if (at !== -1) this.#waiting.splice(at, 1);
    });
  }

  run(script: Script): void {
    this.#script = script;
    for (const call of this.#queue.splice(0)) void this.#follow(script, call);
  }

  deliver(call: IncomingCall): void {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) waiting.resolve(call);
    else if (this.#script !== undefined) void this.#follow(this.#script, call);
    else this.#queue.push(call);
  }

  async #follow(script: Script, call: IncomingCall): Promise<void> {
    try {
      await script(call);
    } catch (error) {
      if (error instanceof CallOver) return;
      this.#errors.push(error);
      // Only the first error is reported.
      await call.hangUp().catch(() => undefined);
    }
  }
}
