import type { LiveLeg } from '../../call/leg/live-leg.ts';
import { hangUpLeg } from '../../call/leg/hang-up.ts';
import { resumeApiCall } from './api-dialling.ts';
import { runDocuments, toTheEnd } from './call-runner.ts';
import type { CallServices } from './inbound-calls.ts';
import type { Position } from './position.ts';
import { readPosition } from './saved-position.ts';
import { resumeTaken } from './taken-leg.ts';

/**
 * Resumes what ran on this leg when the former process ended; `saved` is the last position that it kept. Also for a
 * leg that is over and still owes an action. Resolves when all of it is over; never rejects.
 */
export function resumeCall(live: LiveLeg, saved: unknown, services: CallServices): Promise<void> {
  return toTheEnd(live, services, async () => {
    const position = readPosition(saved);
    if (position === undefined) {
      throw new Error('The position was written by a newer version of Legwork, or its document is missing');
    }
    switch (position.kind) {
      case 'dialling':
        return resumeApiCall(live, position, services);
      case 'taken':
        return resumeTaken(live, position, services);
      case 'document':
        return resumeDocument(live, position, services);
    }
  });
}

async function resumeDocument(live: LiveLeg, position: Position, services: CallServices): Promise<void> {
  const stopTimer = hangUpAt(live, position.hangUpAt, services);
  try {
    await runDocuments(live, position, services, 'goes-on');
  } finally {
    stopTimer();
  }
}

/** A REST call's TimeLimit; its timer died with the former process. */
function hangUpAt(live: LiveLeg, at: number | undefined, services: CallServices): () => void {
  if (at === undefined || live.signal.aborted) return () => undefined;
  return services.clock.after(at - services.clock.now(), () => {
    live.endsBy('limit');
    void hangUpLeg(services, live);
  });
}
