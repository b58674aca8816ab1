import { hkdfSync } from 'node:crypto';

const KEY_BYTES = 24;

/** What the switches of a cluster know each other by, likewise. */
export function linkKey(secretKey: Uint8Array): string {
  return Buffer.from(hkdfSync('sha256', secretKey, 'legwork', 'switch link', KEY_BYTES)).toString('hex');
}

/** What switches and the proxy in front of them know each other by; made of the secret key, which it does not give away. */
export function proxyKey(secretKey: Uint8Array): string {
  return Buffer.from(hkdfSync('sha256', secretKey, 'legwork', 'sip proxy', KEY_BYTES)).toString('hex');
}
