import type { LiveLeg } from '../call/live-leg.ts';
import { hangUpLeg } from '../call/outbound-leg.ts';
import { runCall } from './call-runner.ts';
import type { CallStart } from './call-start.ts';
import type { CallServices } from './inbound-calls.ts';

/** Live call modification: the leg stops what it does and goes on with another document. */
export interface Modification extends CallStart {
  /** The leg that it talks to comes along to the same document; otherwise that one is hung up. */
  readonly moveConnected: boolean;
}

/** Hands a live leg another document, in whatever state and verb it is. False: it is over, or ending. */
export async function modifyCall(
  live: LiveLeg,
  change: Modification,
  services: CallServices,
): Promise<boolean> {
  if (isEnding(live)) return false;
  const { first, fallback, moveConnected } = change;
  const start: CallStart = { first, ...(fallback === undefined ? {} : { fallback }) };
  const run = services.runs.get(live.sid);
  if (run !== undefined) {
    const callee = talkingTo(live);
    if (moveConnected && callee !== undefined) void takeOut(callee, start, services);
    run.interrupt(start);
  } else if (live.leg.direction === 'outbound-dial') {
    const caller = services.calls.get(live.leg.parentCallSid ?? '');
    const talks = caller !== undefined && talkingTo(caller) === live;
    if (talks && moveConnected) services.runs.get(caller.sid)?.interrupt(start);
    void takeOut(live, start, services);
    if (talks && !moveConnected) void hangUpLeg(services, caller);
  } else {
    // A call made over REST that nobody has answered yet.
    await services.runs.setStart(live.sid, start);
  }
  return true;
}

/** Whether somebody has begun to end this leg. */
function isEnding(live: LiveLeg): boolean {
  const { state } = live;
  return state.phase === 'ended' || ('giveUp' in state && state.giveUp !== undefined);
}

/** The answered leg that this one dialled. */
function talkingTo(live: LiveLeg): LiveLeg | undefined {
  return live.outbound?.state.phase === 'in-progress' ? live.outbound : undefined;
}

/** Takes a leg out of the Dial that made it; it runs its own document as soon as it is answered. */
async function takeOut(live: LiveLeg, start: CallStart, services: CallServices): Promise<void> {
  await live.take();
  const state = await live.until(({ phase }) => phase === 'in-progress');
  if (state.phase === 'in-progress') await runCall({ ...services, ...start, live });
}
