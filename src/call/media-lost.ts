import type { Leg, LegState } from './leg.ts';
import type { NewCallEvent, NewNotification } from './ports.ts';
import { newSid } from './sids.ts';

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
