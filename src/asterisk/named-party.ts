import { readPhoneNumber } from '../call/routing/phone-number.ts';
import { decodedUser, readSipAddress } from '../call/routing/sip-address.ts';

const DISPLAY_NAME = /"(?:\\.|[^"\\])*"/g;

/** The first party that a header such as To or Diversion names, by a SIP address or a tel: URI. */
export function namedIn(header: string): string | undefined {
  const text = header.replace(DISPLAY_NAME, '');
  const [, bracketed] = /<([^>]*)>/.exec(text) ?? [];
  const [, bare = ''] = /^\s*([^;\s]*)/.exec(text) ?? [];
  // What follows a question mark are headers of the address (Reason in History-Info).
  const uri = (bracketed ?? bare).replace(/\?.*/s, '');
  const read = readSipAddress(uri);
  const name = read.ok ? decodedUser(read.address.user) : uri;
  return readPhoneNumber(name) ?? (/^[A-Za-z0-9._+*#-]{1,64}$/.test(name) ? name : undefined);
}

/**
 * Who forwarded a call to us, from its History-Info headers (RFC 7044): the entry before the last one, which is where
 * the call was sent then, to us.
 */
export function forwarderIn(headers: readonly string[]): string | undefined {
  const entries = headers.join(',').match(/(?:"(?:\\.|[^"\\])*"|<[^>]*>|[^,"<])+/g) ?? [];
  const before = entries.at(-2);
  return before === undefined ? undefined : namedIn(before);
}

/** Whether a Privacy header (RFC 3323) asks that who calls is told to nobody. */
export function asksForPrivacy(privacy: string): boolean {
  return privacy.split(';').some((token) => ['id', 'user'].includes(token.trim().toLowerCase()));
}
