import type { LiveLeg } from '../call/live-leg.ts';
import { giveUpLeg } from '../call/outbound-leg.ts';
import type { CallStart } from './call-start.ts';
import { Interpreter, type InterpreterServices } from './interpreter.ts';

/** The interpreters that run now, and what legs shall begin with that nobody has answered yet; by CallSid. */
export class CallRuns {
  readonly #running = new Map<string, Interpreter>();
  readonly #idle = new Set<() => void>();
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

  /** Makes what is set for this leg durable, until it is taken. `keep` must not reject. */
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

  /** Keeps an interpreter while it runs. */
  async during(callSid: string, interpreter: Interpreter, run: Promise<void>): Promise<void> {
    this.#running.set(callSid, interpreter);
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

  /** Resolves when nothing runs any more: every action was requested. */
  idle(): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle.add(resolve);
    });
  }
}

/** What running calls needs of the process. */
export interface RunServices extends InterpreterServices {
  readonly runs: CallRuns;
  /** Told of what is a mistake of ours; the call has been ended then. */
  onBug(callSid: string, error: unknown): void;
}

export interface RunCallOptions extends RunServices, CallStart {
  /** An inbound leg that rings, or an outbound one that was answered. */
  readonly live: LiveLeg;
  /** When the call is hung up whatever it does: kept for a restart, which sees to it. Milliseconds since the epoch. */
  readonly hangUpAt?: number;
}

/**
 * Runs a whole call from its first document, or from what it was told to begin with meanwhile; resolves when
 * the leg has ended and all was asked for. Never rejects.
 */
export function runCall(options: RunCallOptions): Promise<void> {
  const { live, hangUpAt, runs } = options;
  const { first, fallback } = runs.takeStart(live.sid) ?? options;
  const terms = {
    ...(fallback === undefined ? {} : { fallback }),
    ...(hangUpAt === undefined ? {} : { hangUpAt }),
  };
  const interpreter = new Interpreter(live, options, terms);
  return toTheEnd(live, options, () =>
    runs.during(live.sid, interpreter, interpreter.run(interpreter.firstStep(first))),
  );
}

/**
 * Does what drives a leg until it has ended. When that fails, or leaves the leg alive, the call is ended and
 * the mistake reported. Never rejects.
 */
export async function toTheEnd(
  live: LiveLeg,
  services: RunServices,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
    if (!live.signal.aborted) throw new Error('The end of a call was not reported');
  } catch (error) {
    services.onBug(live.sid, error);
    await endAfterBug(live, services);
  }
}

/** Ends a leg that ran into a mistake of ours, with those that it dialled and that nobody drives now. */
async function endAfterBug(live: LiveLeg, services: RunServices): Promise<void> {
  const { calls, journal, runs } = services;
  const callees = calls
    .all()
    .filter(({ leg, sid }) => leg.parentCallSid === live.sid && runs.get(sid) === undefined);
  const giveUp = { as: 'failed', why: 'A mistake inside Legwork ended the call' } as const;
  try {
    await Promise.all([live, ...callees].map((leg) => giveUpLeg(services, leg, giveUp, 'error')));
    // The next start would run into it again.
    await journal.note(live, { position: null });
  } catch (error) {
    services.onBug(live.sid, error);
  }
}
