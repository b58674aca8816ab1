import type { RequestTarget } from '../../../call/callback-target.ts';
import type { LiveLeg } from '../../../call/leg/live-leg.ts';
import type { TakenMember } from '../../../call/queue/taken-member.ts';
import type { Parameters } from '../../../call/request-parameters.ts';
import { ERROR_CODES } from '../../document/problem.ts';
import type { Position } from '../../run/position.ts';
import type { DialMemory } from './state.ts';
import type { DialContext } from './types.ts';

/** How long a leg from a queue may be kept from talking by its document. */
const WHISPER_LIMIT_S = 60;

interface Whispered extends RequestTarget {
  /** The leg from the queue. */
  readonly live: LiveLeg;
  readonly member: TakenMember;
}

/**
 * Runs the noun's document on the leg from the queue. `declined`: it ended in Hangup. `over`: in any other way, also
 * because one of the two legs has gone.
 */
export async function whisper(
  { live, member, url, method }: Whispered,
  memory: DialMemory,
  context: DialContext,
): Promise<'over' | 'declined'> {
  const { clock, signal } = context;
  const kept = memory.state.screenings?.[live.sid];
  const since = kept?.since ?? clock.now();
  const tooLong = new AbortController();
  const cancelTimer = clock.after(since + WHISPER_LIMIT_S * 1000 - clock.now(), () => tooLong.abort());
  const gone = AbortSignal.any([signal, member.claim.gone]);
  const outcome = await context.runDocument({
    kind: 'whisper',
    live,
    url,
    method,
    signal: AbortSignal.any([gone, tooLong.signal]),
    parameters: () => parametersOf(member, context.live.sid),
    ...(kept?.position === undefined ? {} : { position: kept.position }),
    keep: (position: Position) => memory.keep({ screenings: { [live.sid]: { since, position } } }),
  });
  cancelTimer();
  if (outcome === 'declined') return 'declined';
  if (!gone.aborted && outcome !== 'finished') {
    const what = tooLong.signal.aborted ? `took longer than ${WHISPER_LIMIT_S} s` : 'cannot be used';
    const message = `The url of Queue ${what}; the two legs are connected without it`;
    await context.warn({ errorCode: ERROR_CODES.queueUrlFailed, message, requestUrl: url });
  }
  return 'over';
}

function parametersOf({ queueSid, waitedS }: TakenMember, takerSid: string): Parameters {
  return [
    ['QueueSid', queueSid],
    ['QueueTime', String(waitedS)],
    // Twilio's spelling, and the right one.
    ['DequeingCallSid', takerSid],
    ['DequeuingCallSid', takerSid],
  ];
}
