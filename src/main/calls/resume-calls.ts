import { detectWhenAnswered } from '../../call/answering-machine/detect-answer.ts';
import { callerOf } from '../../call/routing/admission.ts';
import { LiveLeg } from '../../call/leg/live-leg.ts';
import { giveUpLeg } from '../../call/leg/hang-up.ts';
import type { Logger } from '../../logger.ts';
import { runCall } from '../../rcml/run/call-runner.ts';
import { callStart } from '../../rcml/run/call-start.ts';
import type { CallServices } from '../../rcml/run/inbound-calls.ts';
import { resumeCall } from '../../rcml/run/resume-call.ts';
import { withDocument } from '../../rcml/run/saved-position.ts';
import type { NonFinalLeg } from '../../store/non-final-legs.ts';
import type { CallMachinery } from './call-machinery.ts';
import { namesOf } from './reconcile-calls.ts';

/**
 * Resumes the calls of a former process: adopts their channels, ends the legs whose channels have gone, resumes
 * what ran on each, hangs up legs that nobody drives. Rejects when Asterisk does not answer.
 */
export async function resumeCalls(
  stored: readonly NonFinalLeg[],
  { control, services }: CallMachinery,
  log: Logger,
): Promise<void> {
  if (stored.length === 0) return settleQueues(services);
  const legs = stored.map(({ leg, state, position, document }) => ({
    live: new LiveLeg(leg, state),
    position: position === undefined ? undefined : withDocument(position, document),
  }));
  for (const { live } of legs) add(live, services);
  rememberOutbound(stored, services);
  // A queued leg never had a channel: it is placed when its call is resumed.
  const placed = legs.filter(({ live }) => !['queued', 'ended'].includes(live.state.phase));
  await control.adopt(placed.map(({ live }) => namesOf(live)));
  for (const { live, position } of legs) {
    // It was taken out of the Dial that made it, which must not get it back.
    if (position !== undefined && live.leg.parentCallSid !== undefined) void live.takeOut();
  }
  for (const { live } of placed) detectWhenAnswered(live, services);
  const driven = new Set(legs.filter(({ position }) => position !== undefined).map(({ live }) => live.sid));
  for (const { live, position } of legs) {
    if (position !== undefined) void resumeCall(live, position, services);
    else if (!driven.has(live.leg.parentCallSid ?? '')) void driveAnew(live, services);
  }
  settleQueues(services);
  log.warn({ legs: legs.length, running: placed.length }, 'The calls of a former process go on');
}

/** Who is in a queue, or had taken somebody out of one, and does not go on. */
function settleQueues({ calls, queues, runs }: CallServices): void {
  queues.settle((callSid) => calls.get(callSid) !== undefined || runs.get(callSid) !== undefined);
}

function add(live: LiveLeg, { admission, calls }: CallServices): void {
  calls.add(live);
  const { parentCallSid, trunkSid } = live.leg;
  if (parentCallSid === undefined) void live.ended.then(admission.hold(callerOf(live.leg)));
  // A queued leg takes its channel when it is placed.
  if (trunkSid === undefined || ['queued', 'ended'].includes(live.state.phase)) return;
  void live.ended.then(calls.trunks.take(trunkSid));
}

/** A number's status callback tells of the outbound leg, which must be known before the end of any leg is reported. */
function rememberOutbound(stored: readonly NonFinalLeg[], { calls }: CallServices): void {
  for (const { leg, outbound } of stored) {
    const caller = calls.get(leg.sid);
    if (caller === undefined || outbound === undefined) continue;
    caller.outbound = calls.get(outbound.leg.sid) ?? new LiveLeg(outbound.leg, outbound.state);
  }
}

/** No position was kept of it: an inbound call that rings runs its document from the beginning, any other leg is ended. */
async function driveAnew(live: LiveLeg, services: CallServices): Promise<void> {
  const start = live.leg.voice === undefined ? undefined : callStart(live.leg.voice);
  if (live.leg.direction === 'inbound' && live.state.phase === 'ringing' && start !== undefined) {
    return runCall({ ...services, ...start, live });
  }
  live.endsBy('network');
  await giveUpLeg(
    services,
    live,
    { as: 'failed', why: 'Legwork ended while this leg was being made' },
    'error',
  );
}
