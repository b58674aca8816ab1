import type { MediaSettings } from '../asterisk/endpoint-objects.ts';
import type { Config } from '../config.ts';

/** What all SIP endpoints share: the one address for RTP, when the bundled Asterisk is bound to one. */
export function mediaSettings({ ari }: Pick<Config, 'ari'>): MediaSettings {
  if (ari.kind !== 'bundled' || ['0.0.0.0', '::'].includes(ari.sipHost)) return {};
  return { mediaAddress: ari.sipHost };
}
