import { compact } from '../../call/compact.ts';
import type { LiveLeg } from '../../call/leg/live-leg.ts';
import { giveUpLeg } from '../../call/leg/hang-up.ts';
import { standardParameters } from '../../call/leg/parameters.ts';
import type { CallRuns } from './call-runs.ts';
import type { CallStart } from './call-start.ts';
import { DocumentRunner, type InterpreterServices } from './document-runner.ts';
import { endLeg } from './leg-ending.ts';
import { firstPosition } from './next-step.ts';
import type { Position } from './position.ts';
import { PositionKeeper } from './position-keeper.ts';
import { runSideDocument } from './side-runner.ts';
import { TimelineWriter } from './timeline-writer.ts';

/** What running a call needs from the process. */
export interface RunServices extends InterpreterServices {
  readonly runs: CallRuns;
  /** Told of a bug in Legwork; the call is ended because of it. */
  onBug(callSid: string, error: unknown): void;
}

export interface RunCallOptions extends RunServices, CallStart {
  /** An inbound leg that rings, or an outbound one that was answered. */
  readonly live: LiveLeg;
  /** When the call is hung up, whatever it does, also after a restart. Milliseconds since the epoch. */
  readonly hangUpAt?: number;
  /** The first document's position, when it is durable already. */
  readonly position?: Position;
  /** The first verb waits for this, the first document does not. */
  readonly ready?: Promise<void>;
}

/**
 * Runs a whole call from its first document, or from another one that it was given meanwhile; resolves when the leg
 * has ended and every action has been requested. Never rejects.
 */
export function runCall(options: RunCallOptions): Promise<void> {
  const { live, hangUpAt, runs, ready } = options;
  const other = runs.takeStart(live.sid);
  if (other === undefined && options.position !== undefined) {
    const { position } = options;
    return toTheEnd(live, options, () => runDocuments(live, position, options, 'is-written', ready));
  }
  const { first, fallback } = other ?? options;
  const position = firstPosition(compact({ first, fallback, hangUpAt }), {
    now: options.clock.now(),
    parameters: standardParameters(live.leg, live.status),
    newToken: () => options.newToken(),
  });
  return toTheEnd(live, options, () => runDocuments(live, position, options, 'begins', ready));
}

/** Runs a call's own documents: its leg ends with them. Resolves when every action has been requested. */
export async function runDocuments(
  live: LiveLeg,
  position: Position,
  services: RunServices,
  how: 'begins' | 'is-written' | 'goes-on',
  ready = Promise.resolve(),
): Promise<void> {
  const timeline = new TimelineWriter(live, services.journal, services.clock);
  const keeper = new PositionKeeper((kept) => timeline.flushWith(kept), { isResumed: how === 'goes-on' });
  const runner = new DocumentRunner(live, services, {
    timeline,
    position,
    isKept: how === 'is-written',
    ready,
    owner: {
      keep: (kept) => keeper.keep(kept),
      end: (ending) => endLeg(live, ending, services),
      runSide: (side) => runSideDocument(side, services),
    },
  });
  const run = how === 'goes-on' ? runner.resume() : runner.run();
  await services.runs.during(
    live.sid,
    runner,
    run.then(() => keeper.forget()),
  );
}

/**
 * Does the work of driving a leg until it has ended. When that fails, or leaves the leg alive, the bug is reported and
 * the call is ended. Never rejects.
 */
export async function toTheEnd(
  live: LiveLeg,
  services: RunServices,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
    if (!live.signal.aborted) throw new Error('The call was run to its end, but its leg did not end');
  } catch (error) {
    services.onBug(live.sid, error);
    await endAfterBug(live, services);
  }
}

/** Ends a leg that ran into a bug of ours, and the legs that it dialled and that nobody drives now. */
async function endAfterBug(live: LiveLeg, services: RunServices): Promise<void> {
  const { calls, journal, runs } = services;
  const callees = calls
    .all()
    .filter(({ leg, sid }) => leg.parentCallSid === live.sid && runs.get(sid) === undefined);
  const giveUp = { as: 'failed', why: 'An error inside Legwork ended the call' } as const;
  for (const leg of [live, ...callees]) leg.endsBy('network');
  try {
    await Promise.all([live, ...callees].map((leg) => giveUpLeg(services, leg, giveUp, 'error')));
    // The next start would run into the same bug.
    await journal.note(live, { position: null, document: null });
  } catch (error) {
    services.onBug(live.sid, error);
  }
}
