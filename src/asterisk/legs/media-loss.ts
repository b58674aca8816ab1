import { mediaTimeouts } from '../../call/leg/media-lost.ts';
import type { ChannelEnd } from '../ari/events.ts';

/** Q.850 44: what Asterisk ends an answered call with from which neither RTP nor RTCP comes (res_pjsip_sdp_rtp.c). */
const NO_MEDIA = 44;
/** Says in words that an answered leg was ended for want of media, where it was. */
export function explainedEnd(end: ChannelEnd, timeoutS?: number): ChannelEnd {
  if (end.q850 !== NO_MEDIA) return end;
  const { talkingS, onHoldS } = mediaTimeouts(timeoutS);
  const why = `Neither RTP nor RTCP came for ${talkingS} s (${onHoldS} s while on hold), so the call was ended: MEDIA_TIMEOUT_S`;
  return { ...end, noMedia: true, why };
}
