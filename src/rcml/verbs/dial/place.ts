import { detectWhenAnswered } from '../../../call/answering-machine/detect-answer.ts';
import { compact } from '../../../call/compact.ts';
import { ASTERISK_RING_NET_S } from '../../../call/leg/ring-nets.ts';
import type { Leg } from '../../../call/leg/leg.ts';
import { placeLeg } from '../../../call/leg/place.ts';
import { dialledName, type Resolved, resolveTarget } from '../../../call/routing/targets.ts';
import { ERROR_CODES } from '../../document/problem.ts';
import type { DialContext, DialNoun, DialVerb, NounLeg } from './types.ts';

/** Makes one noun's leg and begins to ring it. Undefined, with a warning, when it could not be stored. */
export async function beginLeg(
  verb: DialVerb,
  noun: DialNoun,
  sid: string,
  context: DialContext,
): Promise<NounLeg | undefined> {
  const caller = context.live.leg;
  const from = verb.callerId ?? caller.from;
  const resolved = await resolveTarget(context.directory, caller.accountSid, noun.address, from);
  const leg = legOf(verb, noun, sid, resolved, context);
  const live = await context.journal.begin(leg, { type: 'place' }).catch(() => undefined);
  if (live === undefined) {
    await context.warn({
      errorCode: ERROR_CODES.internal,
      message: `The leg to ${leg.to} could not be stored, so it was not placed`,
    });
    return undefined;
  }
  context.calls.add(live);
  detectWhenAnswered(live, context);
  context.live.outbound = live;
  const why = await placeLeg(
    context,
    live,
    resolved,
    compact({
      from: leg.from,
      headers: noun.headers,
      timeoutS: verb.timeoutS + ASTERISK_RING_NET_S,
      credentials: noun.credentials,
      ...(isHeardEarly(verb, noun) ? { earlyMediaTo: context.live.sid } : {}),
      callerName: leg.callerName,
    }),
  );
  if (why !== undefined) {
    await context.warn({
      errorCode: ERROR_CODES.dialFailed,
      message: `Dial, line ${noun.line}: ${why}`,
    });
  }
  return { noun, live };
}

/** Whether the caller hears the callee's early media: only that of a single callee, without screening or ringTone. */
function isHeardEarly(verb: DialVerb, noun: DialNoun): boolean {
  return verb.nouns.length === 1 && noun.screening === undefined && verb.ringTone === undefined;
}

function legOf(verb: DialVerb, noun: DialNoun, sid: string, resolved: Resolved, context: DialContext): Leg {
  const caller = context.live.leg;
  return compact({
    sid,
    accountSid: caller.accountSid,
    parentCallSid: caller.sid,
    direction: 'outbound-dial',
    from: verb.callerId ?? caller.from,
    to: dialledName(noun.address),
    sipHeaders: [],
    createdAt: context.clock.now(),
    callerName: caller.callerName,
    forwardedFrom: caller.forwardedFrom,
    machineDetection: noun.machineDetection,
    ...(noun.statusCallback === undefined
      ? {}
      : { statusCallback: { kind: 'leg' as const, ...noun.statusCallback } }),
    ...(resolved.ok && resolved.target.kind === 'trunk' ? { trunkSid: resolved.target.trunkSid } : {}),
  });
}
