import type { Leg, LegState } from './leg.ts';
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
