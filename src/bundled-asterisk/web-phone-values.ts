import type { WebPhoneValues } from './config-values.ts';

const STUN_PORT = 3478;

/** What a bundled Asterisk's configuration says of browser phones; undefined when there are none. */
export function webPhoneValues({
  webPhones,
  ice,
}: {
  readonly webPhones: object | undefined;
  readonly ice: { readonly stunUrls: readonly string[] };
}): WebPhoneValues | undefined {
  if (webPhones === undefined) return undefined;
  const first = ice.stunUrls.find((url) => url.startsWith('stun:'))?.slice('stun:'.length);
  return { stunServer: first === undefined || /:\d+$/.test(first) ? first : `${first}:${STUN_PORT}` };
}
