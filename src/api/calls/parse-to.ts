import { A_PHONE_NUMBER } from '../../call/routing/phone-number.ts';
import type { Parameters } from '../../call/request-parameters.ts';
import { splitSipHeaders } from '../../call/routing/sip-address.ts';
import type { CalleeAddress } from '../../call/routing/targets.ts';
import { addressKind, readAddress } from '../../call/routing/written-address.ts';

const MAX_HEADERS = 20;
const MAX_HEADER_VALUE = 255;
const CLIENT_NAME = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,62}$/;

/** Whom a REST call goes to, or else what `To` must be. */
export type ParsedTo =
  | { readonly ok: true; readonly callee: CalleeAddress; readonly headers: Parameters }
  | { readonly ok: false; readonly must: string };

/**
 * Reads `To` of a REST call: `client:bob` is a client, `sip:…` or anything with `@` a SIP address, everything
 * else a phone number. It may be followed by SIP headers for the INVITE, as in `?X-A=1&X-B=2`; names get an `X-` if
 * they have none.
 */
export function parseTo(written: string): ParsedTo {
  const { address, headers, bad } = splitSipHeaders(written);
  const callee = calleeOf(address);
  if (typeof callee === 'string') return { ok: false, must: callee };
  if (headers.length + bad.length > MAX_HEADERS) {
    return { ok: false, must: `followed by at most ${MAX_HEADERS} SIP headers` };
  }
  if (bad.length > 0 || headers.some(([, value]) => value.length > MAX_HEADER_VALUE)) {
    const must = `followed, after the ?, by SIP headers such as X-Order=17&X-Name=Bob: letters, digits, hyphens, dots and underscores in the name, at most ${MAX_HEADER_VALUE} characters without line breaks in the value`;
    return { ok: false, must };
  }
  return { ok: true, callee, headers };
}

function calleeOf(address: string): CalleeAddress | string {
  const kind = addressKind(address);
  const read = readAddress(address, kind);
  if (kind === 'client') {
    if (read.ok && read.address.kind === 'client' && CLIENT_NAME.test(read.address.name)) return read.address;
    return 'client: and the name of a client, such as client:bob';
  }
  if (read.ok) return read.address;
  return kind === 'sip'
    ? `a SIP address such as sip:bob@example.com:5060; this one ${read.why}`
    : `client:name, a SIP address, or ${A_PHONE_NUMBER}`;
}
