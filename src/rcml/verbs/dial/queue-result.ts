import { present } from '../../../call/leg/parameters.ts';
import type { Parameters } from '../../../call/request-parameters.ts';
import type { VerbOutcome } from '../../run/run-context.ts';
import type { DialContext, DialState, DialVerb } from './types.ts';

/** How a Dial to a queue ended, in the words of `DialCallStatus`. */
export type QueueDialResult = 'completed' | 'no-answer' | 'failed' | 'canceled';

/** What follows on the caller's leg: the action, the next verb, or the end of a call that was never answered. */
export function outcomeOfQueue(
  verb: DialVerb,
  state: DialState,
  context: DialContext,
  result: QueueDialResult,
  recorded: Parameters,
): VerbOutcome {
  if (verb.action !== undefined) {
    const extraParameters = [...parametersOf(state, result, context.clock.now()), ...recorded];
    return {
      kind: 'fetch',
      request: { url: verb.action, method: verb.method, extraParameters, reason: 'action' },
    };
  }
  if (result === 'completed') return { kind: 'next', skipDials: true };
  const isUnanswered = context.live.state.phase === 'ringing';
  if (context.hasNext || !isUnanswered || result === 'canceled') {
    return { kind: 'next', idle: result === 'failed' };
  }
  // answerOnBridge, nobody came, nothing follows: the caller gets what a callee that does not answer gives.
  return {
    kind: 'reject',
    reason: result === 'failed' ? 'not-found' : 'no-answer',
    giveUp: { as: result, why: `The Dial to a queue ended ${result}` },
  };
}

function parametersOf({ member, talkingSince }: DialState, result: QueueDialResult, now: number): Parameters {
  const hasTalked = result === 'completed' && talkingSince !== undefined;
  const seconds = hasTalked ? Math.max(0, Math.round((now - talkingSince) / 1000)) : 0;
  return present([
    ['DialCallSid', member?.callSid],
    ['DialCallStatus', result],
    ['DialCallDuration', String(seconds)],
    ['DialBridged', String(hasTalked)],
    ['QueueSid', member?.queueSid],
    ['QueueTime', member === undefined ? undefined : String(member.waitedS)],
  ]);
}
