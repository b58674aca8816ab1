import type { MediaSettings } from '../asterisk/sip-accounts/sip-object.ts';
import type { Config } from '../config.ts';

/** What all SIP endpoints share: how long they may be silent, and the one address for RTP, when the bundled Asterisk is bound to one. */
export function mediaSettings({ ari, mediaTimeoutS }: Config): MediaSettings {
  const timeoutS = mediaTimeoutS;
  if (ari.kind !== 'bundled' || ['0.0.0.0', '::'].includes(ari.sipHost)) return { timeoutS };
  return { timeoutS, mediaAddress: ari.sipHost };
}
