import type { ChannelEnd } from './events.ts';

/** Q.850 44: what Asterisk ends an answered call with from which neither RTP nor RTCP comes (res_pjsip_sdp_rtp.c). */
const NO_MEDIA = 44;
const DEFAULT_S = 120;
/** Who is on hold need not send anything. */
const LEAST_ON_HOLD_S = 3600;

/** How long Asterisk waits for media; 0 is for ever. */
export function mediaTimeouts(timeoutS = DEFAULT_S): {
  readonly talkingS: number;
  readonly onHoldS: number;
} {
  return { talkingS: timeoutS, onHoldS: timeoutS === 0 ? 0 : Math.max(timeoutS, LEAST_ON_HOLD_S) };
}

/** Says in words that an answered leg was ended for want of media, where it was. */
export function explainedEnd(end: ChannelEnd, timeoutS?: number): ChannelEnd {
  if (end.q850 !== NO_MEDIA) return end;
  const { talkingS, onHoldS } = mediaTimeouts(timeoutS);
  const why = `Neither RTP nor RTCP came for ${talkingS} s (${onHoldS} s while on hold), so the call was ended: MEDIA_TIMEOUT_S`;
  return { ...end, noMedia: true, why };
}
