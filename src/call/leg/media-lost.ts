import type { Leg } from './leg.ts';
import type { EndCause, LegEnd } from './outcome.ts';
import type { NewCallEvent, CallNotification } from '../journal-store.ts';
import { newSid } from '../sids.ts';

/** After so many seconds without media a party is asked whether it is still there. */
export const DEFAULT_MEDIA_TIMEOUT_S = 60;

/** The end of an answered leg whose party has vanished, which says so in words. */
export function endWithoutMedia(end: LegEnd, timeoutS = DEFAULT_MEDIA_TIMEOUT_S): LegEnd {
  const why = `No media came for ${timeoutS} s, and the other side no longer answers SIP either (MEDIA_TIMEOUT_S)`;
  return { ...end, noMedia: true, why };
}

/** Twilio's code for a failed media connection. */
const MEDIA_FAILED = 53405;

/** The notification that a leg ended for want of media. */
export function mediaLost(leg: Leg, { why }: EndCause, at: number): CallNotification {
  return {
    sid: newSid('NO'),
    accountSid: leg.accountSid,
    callSid: leg.sid,
    at,
    level: 'warning',
    errorCode: MEDIA_FAILED,
    message: why ?? 'Nothing came from the other side',
  };
}

/** The same as a line of the timeline. */
export function eventOf({ accountSid, callSid, at, ...notice }: CallNotification): NewCallEvent {
  const { level, errorCode, message } = notice;
  return { accountSid, callSid, at, kind: 'notice', data: { level, errorCode, message } };
}
