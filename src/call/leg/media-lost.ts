import type { Leg, LegState } from './leg.ts';
import type { LegEnd } from './outcome.ts';
import type { NewCallEvent, NewNotification } from '../journal-store.ts';
import { newSid } from '../sids.ts';

const DEFAULT_S = 120;
/** A party on hold need not send anything. */
const LEAST_ON_HOLD_S = 3600;

/** How long media may stay away before a talk is ended, in seconds; 0 is for ever. */
export function mediaTimeouts(timeoutS = DEFAULT_S): {
  readonly talkingS: number;
  readonly onHoldS: number;
} {
  return { talkingS: timeoutS, onHoldS: timeoutS === 0 ? 0 : Math.max(timeoutS, LEAST_ON_HOLD_S) };
}

/** Q.850 44: with this Asterisk ends an answered call from which neither RTP nor RTCP comes (res_pjsip_sdp_rtp.c). */
const NO_MEDIA = 44;

/** The end of an answered leg, with the reason in words where it ended because its media stayed away. */
export function explainedEnd(end: LegEnd, timeoutS?: number): LegEnd {
  if (end.q850 !== NO_MEDIA) return end;
  const { talkingS, onHoldS } = mediaTimeouts(timeoutS);
  const why = `Neither RTP nor RTCP came for ${talkingS} s (${onHoldS} s while on hold), so the call was ended: MEDIA_TIMEOUT_S`;
  return { ...end, noMedia: true, why };
}

/** Twilio's number: media connection failed. */
const MEDIA_FAILED = 53405;

/** The notification that a leg ended because nothing came from its other side; none for every other end. */
export function mediaLost(leg: Leg, state: LegState, at: number): readonly NewNotification[] {
  if (state.phase !== 'ended' || state.cause.noMedia !== true) return [];
  const { accountSid, sid: callSid } = leg;
  const { why = 'Nothing came from the other side' } = state.cause;
  return [
    { sid: newSid('NO'), accountSid, callSid, at, level: 'warning', errorCode: MEDIA_FAILED, message: why },
  ];
}

/** The line of the timeline that says the same. */
export function eventOf({ accountSid, callSid, at, ...notice }: NewNotification): NewCallEvent {
  const { level, errorCode, message } = notice;
  return { accountSid, callSid, at, kind: 'notice', data: { level, errorCode, message } };
}
