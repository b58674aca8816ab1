import { compact } from '../../call/compact.ts';
import type { LiveLeg } from '../../call/leg/live-leg.ts';
import { hangUpLeg } from '../../call/leg/hang-up.ts';
import type { CallStart } from './call-start.ts';
import type { CallServices } from './inbound-calls.ts';
import { takeOut } from './taken-leg.ts';

/** Live modification: the leg stops what it does and goes on with another document. */
export interface Modification extends CallStart {
  /** Whether the leg that it talks to moves to the same document; otherwise that leg is hung up. */
  readonly moveConnected: boolean;
}

/** Gives a live leg another document, in whatever state and verb it is. False: it is over, or ending. */
export async function modifyCall(
  live: LiveLeg,
  change: Modification,
  services: CallServices,
): Promise<boolean> {
  if (isEnding(live)) return false;
  const { first, fallback, moveConnected } = change;
  const start: CallStart = compact({ first, fallback });
  const run = services.runs.get(live.sid);
  if (run !== undefined) {
    const callee = talkingTo(live);
    const moved = moveConnected && callee !== undefined ? takeOut(callee, start, services) : undefined;
    // Of a leg from a queue and the leg that took it, the one that is not moved goes on by itself.
    if (moveConnected && live.talksTo !== undefined) services.runs.get(live.talksTo.sid)?.modify(start);
    run.modify(start);
    await moved;
  } else if (live.leg.direction === 'outbound-dial') {
    const caller = services.calls.get(live.leg.parentCallSid ?? '');
    const talks = caller !== undefined && talkingTo(caller) === live;
    const moved = takeOut(live, start, services);
    if (talks && moveConnected) services.runs.get(caller.sid)?.modify(start);
    if (talks && !moveConnected) {
      caller.endsBy('api');
      void hangUpLeg(services, caller);
    }
    await moved;
  } else {
    // It is not answered yet, or its first document is not requested yet.
    await services.runs.setStart(live.sid, start);
  }
  return true;
}

/** Whether somebody has begun to end this leg. */
function isEnding(live: LiveLeg): boolean {
  const { state } = live;
  return state.phase === 'ended' || ('giveUp' in state && state.giveUp !== undefined);
}

/** The answered leg that this one has dialled, unless it was taken out. */
function talkingTo({ outbound }: LiveLeg): LiveLeg | undefined {
  return outbound?.state.phase === 'in-progress' && !outbound.taken.aborted ? outbound : undefined;
}
