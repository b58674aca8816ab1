import type { LiveLeg } from '../call/live-leg.ts';
import { hangUpLeg } from '../call/outbound-leg.ts';
import { type Dialling, resumeApiCall } from './api-dialling.ts';
import { toTheEnd } from './call-runner.ts';
import type { CallServices } from './inbound-calls.ts';
import { Interpreter } from './interpreter.ts';
import type { Position } from './position.ts';
import { resumeTaken, type Taken } from './taken-leg.ts';

/**
 * Goes on with what ran on this leg when another process ended; `position` is what that one kept last. Also
 * for a leg that is over and still owes an action. Resolves when all of it is over; never rejects.
 */
export function resumeCall(live: LiveLeg, position: unknown, services: CallServices): Promise<void> {
  return toTheEnd(live, services, async () => {
    const kept = position as Position | Dialling | Taken;
    if (kept.version !== 1) throw new Error('The position was written by a newer version of Legwork');
    if ('dialling' in kept) await resumeApiCall(live, kept, services);
    else if ('taken' in kept) await resumeTaken(live, kept, services);
    else await resumeDocument(live, kept, services);
  });
}

async function resumeDocument(live: LiveLeg, kept: Position, services: CallServices): Promise<void> {
  const interpreter = new Interpreter(live, services, kept);
  const stopTimer = hangUpAt(live, kept.hangUpAt, services);
  try {
    await services.runs.during(live.sid, interpreter, interpreter.resume(kept));
  } finally {
    stopTimer();
  }
}

/** A REST call's TimeLimit; its timer died with the other process. */
function hangUpAt(live: LiveLeg, at: number | undefined, services: CallServices): () => void {
  if (at === undefined || live.signal.aborted) return () => undefined;
  return services.clock.after(at - services.clock.now(), () => void hangUpLeg(services, live));
}
