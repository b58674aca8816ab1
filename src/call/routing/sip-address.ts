/** A SIP address that can be dialled. */
export interface SipAddress {
  /** `sip:user@host[:port][;parameters]`, as it was written. */
  readonly uri: string;
  /** As it was written, `%` and two hex digits included. */
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

/** Asterisk's SIP stack takes no longer ones everywhere. */
const LONGEST = 255;
const LARGEST_PORT = 65_535;
const BEHIND_AT = /^(\[[^\]]*\]|[^:;[\]]*)(?::([^;]*))?((?:;.*)?)$/s;
// RFC 3261 section 25.1: user, and the characters of a parameter. A password behind the user is none of them.
const USER = /^(?:[\w\-.!~*'()&=+$,;?/#]|%[\dA-F]{2})+$/i;
// A name with a % would be another one where it is decoded.
const PARAMETERS = /^(?:;[\w\-.!~*'()[\]/:&+$]+(?:=(?:[\w\-.!~*'()[\]/:&+$]|%[\dA-F]{2})+)?)*$/i;
/** %00 to %1F and %7F would be control characters once somebody decodes them. */
const ENCODED_CONTROL = /%(?:[01][\dA-F]|7F)/i;
const NAME = /^(?=.{1,253}$)[A-Z\d_](?:[\w-]{0,62}[A-Z\d_])?(?:\.[A-Z\d_](?:[\w-]{0,62}[A-Z\d_])?)*$/i;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

/**
 * Reads a SIP address, with or without `sip:` in front; headers behind a question mark are taken off before
 * (`splitSipHeaders`). The only reader of SIP addresses: what it takes, Asterisk can dial.
 */
export function readSipAddress(written: string): ReadSipAddress {
  const refused = (why: string) => ({ ok: false, why }) as const;
  const text = written.trim();
  if (text.length > LONGEST) return refused(`is longer than ${LONGEST} characters`);
  if (/^sips:/i.test(text)) return refused('asks for TLS, which this installation does not have: write sip:');
  // A web form reads an unencoded plus as a blank (`curl -d To=sip:+1555…@host`).
  const rest = text.replace(/^sip:/i, '').replace(/^ +(?=\d)/, '+');
  const at = rest.lastIndexOf('@');
  if (at < 1) return refused('names nobody: it must be sip:user@host');
  const user = rest.slice(0, at);
  const [, host = '', port, parameters = ''] = BEHIND_AT.exec(rest.slice(at + 1)) ?? [];
  if (user.includes(':')) return refused('has a colon in its user part: no password may stand there');
  if (!USER.test(user) || ENCODED_CONTROL.test(user)) {
    return refused(
      'has a user part that no SIP address can have; other characters are written as % and two hex digits',
    );
  }
  if (!isHost(host)) return refused('has no host name or IP address behind its @');
  if (port !== undefined && !isPort(port)) return refused(`has a port that is none: 1 to ${LARGEST_PORT}`);
  if (!PARAMETERS.test(parameters) || ENCODED_CONTROL.test(parameters) || isTwice(parameters)) {
    return refused('has parameters that no SIP address can have');
  }
  const transport = /;transport=([^;]*)/i.exec(parameters)?.[1];
  if (transport !== undefined && !/^(?:udp|tcp)$/i.test(transport)) {
    return refused('asks for a transport that this installation does not have: udp and tcp are there');
  }
  const address = { uri: `sip:${rest}`, user, host, parameters };
  return { ok: true, address: port === undefined ? address : { ...address, port: Number(port) } };
}

/**
 * The name in a user part: `%` and two hex digits are one character of it; behind a semicolon stands what a gateway
 * should know of a number (RFC 3966), such as a phone-context.
 */
export function decodedUser(user: string): string {
  const [name = ''] = user.split(';');
  return name.replace(/%([\dA-F]{2})/gi, (_sign, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** RFC 3261 section 19.1.1: of two of one name nobody knows which counts. */
function isTwice(parameters: string): boolean {
  const names = parameters
    .split(';')
    .slice(1)
    .map((one) => one.replace(/=.*/s, '').toLowerCase());
  return new Set(names).size < names.length;
}

function isHost(host: string): boolean {
  if (host.startsWith('[')) return URL.canParse(`http://${host}/`);
  // What ends in a number is an address (1.2 or 0x7f.1 would be read as one by some, and looked up by others).
  return /(?:^|\.)(?:\d+|0x[\da-f]*)$/i.test(host) ? IPV4.test(host) : NAME.test(host);
}

function isPort(port: string): boolean {
  return /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= LARGEST_PORT;
}

/** An address, and what follows its question mark piece by piece. */
export interface SplitAddress {
  readonly address: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Pieces that are no SIP header. */
  readonly bad: readonly string[];
}

/** Takes `?name=value&name2=value2` off an address: SIP headers of the INVITE, `X-` put in front where it is missing. */
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
  // A line end would begin a header of the writer's choice.
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
