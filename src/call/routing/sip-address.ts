/** A SIP address that can be dialled. */
export interface SipAddress {
  /** `sip:user@host[:port][;parameters]`, as it was written; of a `sips:` address, with `;transport=tls`. */
  readonly uri: string;
  /** As it was written, %-escapes included. */
  readonly user: string;
  /** A name, an IPv4 address, or an IPv6 address in brackets. */
  readonly host: string;
  readonly port?: number;
  /** `;name=value` one after the other, or nothing. */
  readonly parameters: string;
}

export type ReadSipAddress =
  | { readonly ok: true; readonly address: SipAddress }
  /** The rest of a sentence that begins with what was written. */
  | { readonly ok: false; readonly why: string };

/** Longer addresses are not accepted in every place of Asterisk's SIP stack. */
const LONGEST = 255;
const LARGEST_PORT = 65_535;
const BEHIND_AT = /^(\[[^\]]*\]|[^:;[\]]*)(?::([^;]*))?((?:;.*)?)$/s;
// RFC 3261 section 25.1: user, and the characters of a parameter. A password after the user is not accepted.
const USER = /^(?:[\w\-.!~*'()&=+$,;?/#]|%[\dA-F]{2})+$/i;
// A parameter's name may hold no %-escape: where that is decoded, it would be another name.
const PARAMETERS = /^(?:;[\w\-.!~*'()[\]/:&+$]+(?:=(?:[\w\-.!~*'()[\]/:&+$]|%[\dA-F]{2})+)?)*$/i;
/** %00 to %1F and %7F would be control characters once somebody decodes them. */
const ENCODED_CONTROL = /%(?:[01][\dA-F]|7F)/i;
const NAME = /^(?=.{1,253}$)[A-Z\d_](?:[\w-]{0,62}[A-Z\d_])?(?:\.[A-Z\d_](?:[\w-]{0,62}[A-Z\d_])?)*$/i;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

const TRANSPORT = /;transport=([^;]*)/i;
const BY_TLS = ';transport=tls';

/**
 * Reads a SIP address, with or without `sip:` in front; headers after a question mark have been taken off before
 * (`splitSipHeaders`). The only reader of SIP addresses: what it accepts, Asterisk can dial.
 */
export function readSipAddress(written: string): ReadSipAddress {
  const refused = (why: string) => ({ ok: false, why }) as const;
  const text = written.trim();
  if (text.length > LONGEST) return refused(`is longer than ${LONGEST} characters`);
  const isSips = /^sips:/i.test(text);
  if (isSips && TRANSPORT.test(text)) return refused('is sips:, which goes by TLS: leave its transport out');
  // A web form reads an unencoded plus as a space (`curl -d To=sip:+1555…@host`).
  const rest = text.replace(/^sips?:/i, '').replace(/^ +(?=\d)/, '+') + (isSips ? BY_TLS : '');
  if (rest.length > LONGEST) return refused(`is longer than ${LONGEST} characters`);
  const at = rest.lastIndexOf('@');
  if (at < 1) return refused('names nobody: it must be sip:user@host');
  const user = rest.slice(0, at);
  const [, host = '', port, parameters = ''] = BEHIND_AT.exec(rest.slice(at + 1)) ?? [];
  if (user.includes(':')) return refused('has a colon in its user part, where no password is allowed');
  if (!USER.test(user) || ENCODED_CONTROL.test(user)) {
    return refused(
      'has a user part that no SIP address can have; other characters are written as % and two hex digits',
    );
  }
  if (!isHost(host)) return refused('has no host name or IP address after its @');
  if (port !== undefined && !isPort(port)) return refused(`has a bad port: it must be 1 to ${LARGEST_PORT}`);
  if (!PARAMETERS.test(parameters) || ENCODED_CONTROL.test(parameters) || isTwice(parameters)) {
    return refused('has parameters that no SIP address can have');
  }
  const transport = TRANSPORT.exec(parameters)?.[1];
  if (transport !== undefined && !/^(?:udp|tcp|tls)$/i.test(transport)) {
    return refused('asks for a transport that this installation does not have: write udp, tcp or tls');
  }
  const address = { uri: `sip:${rest}`, user, host, parameters };
  return { ok: true, address: port === undefined ? address : { ...address, port: Number(port) } };
}

/**
 * The name in a user part, with its %-escapes decoded and without what follows a semicolon: parameters of a number for
 * gateways (RFC 3966), such as phone-context.
 */
export function decodedUser(user: string): string {
  const [name = ''] = user.split(';');
  return name.replace(/%([\dA-F]{2})/gi, (_sign, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** RFC 3261 section 19.1.1: a parameter may appear only once. */
function isTwice(parameters: string): boolean {
  const names = parameters
    .split(';')
    .slice(1)
    .map((one) => one.replace(/=.*/s, '').toLowerCase());
  return new Set(names).size < names.length;
}

function isHost(host: string): boolean {
  if (host.startsWith('[')) return URL.canParse(`http://${host}/`);
  // A host that ends in a number must be a full IPv4 address: some software takes 1.2 or 0x7f.1 for one, other looks it up.
  return /(?:^|\.)(?:\d+|0x[\da-f]*)$/i.test(host) ? IPV4.test(host) : NAME.test(host);
}

function isPort(port: string): boolean {
  return /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= LARGEST_PORT;
}

/** An address, and what follows its question mark piece by piece. */
export interface SplitAddress {
  readonly address: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Pieces that cannot be a SIP header. */
  readonly bad: readonly string[];
}

/** Takes `?name=value&name2=value2` off an address: SIP headers of the INVITE, with `X-` put in front if it is missing. */
export function splitSipHeaders(written: string): SplitAddress {
  // A SIP user part may hold a question mark itself.
  const mark = written.indexOf('?', Math.max(0, written.indexOf('@')));
  if (mark === -1) return { address: written, headers: [], bad: [] };
  const pieces = written.slice(mark + 1).split('&');
  const read = pieces.filter((piece) => piece !== '').map((piece) => ({ piece, header: readHeader(piece) }));
  return {
    address: written.slice(0, mark),
    headers: read.flatMap(({ header }) => (header === undefined ? [] : [header])),
    bad: read.flatMap(({ piece, header }) => (header === undefined ? [piece] : [])),
  };
}

function readHeader(piece: string): readonly [string, string] | undefined {
  const [writtenName = '', ...rest] = piece.split('=');
  const name = percentDecode(writtenName.trim());
  const value = percentDecode(rest.join('=').trim());
  // A line break would let the writer add any other header.
  if (name === undefined || value === undefined || /\p{Cc}/u.test(value)) return undefined;
  if (!/^[\w.-]{1,64}$/.test(name)) return undefined;
  return [/^x-/i.test(name) ? name : `X-${name}`, value];
}

function percentDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // a lone % or bytes that are no UTF-8
  }
}
