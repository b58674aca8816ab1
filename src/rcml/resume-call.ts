import type { LiveLeg } from '../call/live-leg.ts';
import { hangUpLeg } from '../call/outbound-leg.ts';
import { type Dialling, resumeApiCall } from './api-dialling.ts';
import { endAfterBug } from './call-runner.ts';
import type { CallServices } from './inbound-calls.ts';
import { Interpreter } from './interpreter.ts';
import type { Position } from './position.ts';

/**
 * Goes on with what ran on this leg when another process ended; `position` is what that one kept last. Also
 * for a leg that is over and still owes an action. Resolves when all of it is over; never rejects.
 */
export async function resumeCall(live: LiveLeg, position: unknown, services: CallServices): Promise<void> {
  try {
    if (isDialling(position)) return await resumeApiCall(live, position, services);
    const kept = position as Position;
    if (kept.version !== 1) throw new Error('The position was written by a newer version of Legwork');
    const interpreter = new Interpreter(live, services, kept);
    const stopTimer = hangUpAt(live, kept.hangUpAt, services);
    await services.runs.during(live.sid, interpreter, interpreter.resume(kept));
    stopTimer();
  } catch (error) {
    services.onBug(live.sid, error);
    await endAfterBug(live, services);
  }
}

/** A REST call's TimeLimit; its timer died with the other process. */
function hangUpAt(live: LiveLeg, at: number | undefined, services: CallServices): () => void {
  if (at === undefined || live.signal.aborted) return () => undefined;
  return services.clock.after(at - services.clock.now(), () => void hangUpLeg(services, live));
}

function isDialling(position: unknown): position is Dialling {
  return typeof position === 'object' && position !== null && 'dialling' in position;
}
