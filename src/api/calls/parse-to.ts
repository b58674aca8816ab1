import type { Parameters } from '../../call/ports.ts';
import type { CalleeAddress } from '../../call/targets.ts';
import { sipUri } from '../../rcml/verbs/dial/address.ts';

const MAX_HEADERS = 20;
const MAX_HEADER_VALUE = 255;

/** Whom a REST call goes to, or what is allowed instead. */
export type ParsedTo =
  | { readonly ok: true; readonly callee: CalleeAddress; readonly headers: Parameters }
  | { readonly ok: false; readonly must: string };

/**
 * Reads `To` of a REST call: `client:bob` is a client, `sip:…` or anything with `@` a SIP address, everything
 * else a phone number. `?X-A=1&X-B=2` behind it are SIP headers of the INVITE; `X-` is put in front where it
 * is missing.
 */
export function parseTo(written: string): ParsedTo {
  // A SIP user part may hold a question mark itself.
  const mark = written.indexOf('?', Math.max(0, written.indexOf('@')));
  const address = (mark === -1 ? written : written.slice(0, mark)).trim();
  const headers = parseHeaders(mark === -1 ? '' : written.slice(mark + 1));
  const callee = calleeOf(address);
  if (typeof callee === 'string') return { ok: false, must: callee };
  if (typeof headers === 'string') return { ok: false, must: headers };
  return { ok: true, callee, headers };
}

function calleeOf(address: string): CalleeAddress | string {
  if (/^client:/i.test(address)) {
    const name = address.slice('client:'.length);
    if (/^[A-Za-z0-9][A-Za-z0-9._+-]{0,62}$/.test(name)) return { kind: 'client', name };
    return 'client: and the name of a client, such as client:bob';
  }
  if (/^sips?:/i.test(address) || address.includes('@')) {
    const uri = sipUri(address);
    return uri === undefined ? 'a SIP address such as sip:bob@example.com:5060' : { kind: 'sip', uri };
  }
  const number = address.replace(/[ ().-]/g, '');
  if (/^\+?[\d*#]{1,20}$/.test(number)) return { kind: 'number', number };
  return 'client:name, a SIP address, or a phone number of at most 20 digits, * and #, with or without a leading +';
}

function parseHeaders(text: string): Parameters | string {
  const pairs = text.split('&').filter((pair) => pair !== '');
  if (pairs.length > MAX_HEADERS) return `followed by at most ${MAX_HEADERS} SIP headers`;
  const headers = pairs.map(parseHeader);
  const good = headers.filter((header) => header !== undefined);
  if (good.length < headers.length) {
    return `followed, after the ?, by SIP headers such as X-Order=17&X-Name=Bob: letters, digits and hyphens in the name, at most ${MAX_HEADER_VALUE} characters without line ends in the value`;
  }
  return good;
}

function parseHeader(pair: string): readonly [string, string] | undefined {
  const [name = '', ...rest] = pair.split('=');
  const value = percentDecoded(rest.join('='))?.trim();
  // A line end would begin a header of the writer's choice.
  if (!/^[A-Za-z0-9-]{1,64}$/.test(name) || value === undefined || /\p{Cc}/u.test(value)) return undefined;
  if (value.length > MAX_HEADER_VALUE) return undefined;
  return [/^x-/i.test(name) ? name : `X-${name}`, value];
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // a lone %, or bytes that are no UTF-8
  }
}
