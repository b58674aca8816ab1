import type { Leg } from './leg.ts';
import type { EndCause, LegEnd } from './outcome.ts';
import type { NewCallEvent, NotificationRecord } from '../journal-store.ts';
import { newSid } from '../sids.ts';

const DEFAULT_S = 120;
/** A party that is on hold need not send anything. */
const LEAST_ON_HOLD_S = 3600;

/** After how many seconds without media a talk is ended; 0: never. */
export function mediaTimeouts(timeoutS = DEFAULT_S): {
  readonly talkingS: number;
  readonly onHoldS: number;
} {
  return { talkingS: timeoutS, onHoldS: timeoutS === 0 ? 0 : Math.max(timeoutS, LEAST_ON_HOLD_S) };
}

/** Q.850 44: Asterisk's cause when it ends an answered call because no RTP and no RTCP came (res_pjsip_sdp_rtp.c). */
export const NO_MEDIA = 44;

/** The end of an answered leg that ended for want of media, which says so in words. */
export function endWithoutMedia(end: LegEnd, timeoutS?: number): LegEnd {
  const { talkingS, onHoldS } = mediaTimeouts(timeoutS);
  const why = `Neither RTP nor RTCP came for ${talkingS} s (${onHoldS} s while on hold), so the call was ended: MEDIA_TIMEOUT_S`;
  return { ...end, noMedia: true, why };
}

/** Twilio's code for a failed media connection. */
const MEDIA_FAILED = 53405;

/** The notification that a leg ended for want of media. */
export function mediaLost(leg: Leg, { why }: EndCause, at: number): NotificationRecord {
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
export function eventOf({ accountSid, callSid, at, ...notice }: NotificationRecord): NewCallEvent {
  const { level, errorCode, message } = notice;
  return { accountSid, callSid, at, kind: 'notice', data: { level, errorCode, message } };
}
