import type { LiveLeg } from '../call/live-leg.ts';
import { giveUpLeg, type LegDeps } from '../call/outbound-leg.ts';
import type { CallStart } from './call-start.ts';
import { Interpreter, type InterpreterServices } from './interpreter.ts';

/** The interpreters that run now, and what legs shall begin with that nobody has answered yet; by CallSid. */
export class CallRuns {
  readonly #running = new Map<string, Interpreter>();
  readonly #starts = new Map<string, CallStart>();
  readonly #keepers = new Map<string, (start: CallStart) => Promise<void>>();

  get(callSid: string): Interpreter | undefined {
    return this.#running.get(callSid);
  }

  /** What this leg begins with when it is answered, instead of what it was made with. Resolves when it is kept. */
  async setStart(callSid: string, start: CallStart): Promise<void> {
    this.#starts.set(callSid, start);
    await this.#keepers.get(callSid)?.(start);
  }

  /** Makes what is set from now on for this leg durable, until it is taken. */
  keepStarts(callSid: string, keep: (start: CallStart) => Promise<void>): void {
    this.#keepers.set(callSid, keep);
  }

  takeStart(callSid: string): CallStart | undefined {
    const start = this.#starts.get(callSid);
    this.#starts.delete(callSid);
    this.#keepers.delete(callSid);
    return start;
  }

  /** Keeps an interpreter while it runs. */
  async during(callSid: string, interpreter: Interpreter, run: Promise<void>): Promise<void> {
    this.#running.set(callSid, interpreter);
    try {
      await run;
    } finally {
      this.#running.delete(callSid);
    }
  }
}

export interface RunCallOptions extends InterpreterServices, CallStart {
  /** An inbound leg that rings, or an outbound one that was answered. */
  readonly live: LiveLeg;
  readonly runs: CallRuns;
  /** When the call is hung up whatever it does: kept for a restart, which sees to it. Milliseconds since the epoch. */
  readonly hangUpAt?: number;
  /** Told of what is a mistake of ours; the call has been ended then. */
  onBug(callSid: string, error: unknown): void;
}

/** Runs a whole call from its first document; resolves when the leg has ended and all was asked for. Never rejects. */
export async function runCall(options: RunCallOptions): Promise<void> {
  const { live, first, fallback, hangUpAt, runs } = options;
  try {
    const terms = {
      ...(fallback === undefined ? {} : { fallback }),
      ...(hangUpAt === undefined ? {} : { hangUpAt }),
    };
    const interpreter = new Interpreter(live, options, terms);
    await runs.during(live.sid, interpreter, interpreter.run(interpreter.firstStep(first)));
    if (!live.signal.aborted) throw new Error('The end of a call was not reported');
  } catch (error) {
    options.onBug(live.sid, error);
    await endAfterBug(live, options);
  }
}

/** Ends a call that ran into a mistake of ours. */
export async function endAfterBug(
  live: LiveLeg,
  options: LegDeps & Pick<RunCallOptions, 'onBug'>,
): Promise<void> {
  try {
    const giveUp = { as: 'failed', why: 'A mistake inside Legwork ended the call' } as const;
    await giveUpLeg(options, live, giveUp, 'error');
  } catch (error) {
    options.onBug(live.sid, error);
  }
}
