import { randomBytes } from 'node:crypto';
import { parseUri, type SipMessage, type SipUri } from 'sip';
import type { SipAddress } from './sip-socket.ts';

const DEFAULT_SIP_PORT = 5060;

/** The headers of a message as they came, by lower-case name; headers with the same name are joined by ", ". */
export function rawHeaders(text: string): Record<string, string> {
  const head = (text.split('\r\n\r\n', 1)[0] ?? '').replace(/\r\n[ \t]+/g, ' ');
  const headers: Record<string, string> = {};
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  return headers;
}

/** A header that the parser leaves as text. */
export function plainHeader(message: SipMessage, name: string): string | undefined {
  const value = message.headers[name.toLowerCase()];
  return typeof value === 'string' ? fromWire(value) : undefined;
}

export function requireUri(uri: string): SipUri {
  const parsed = parseUri(uri);
  if (parsed === undefined) throw new Error(`not a SIP URI: ${uri}`);
  return parsed;
}

export function addressOf(uri: SipUri): SipAddress {
  return { host: uri.host, port: uri.port > 0 ? uri.port : DEFAULT_SIP_PORT };
}

export function userOf(uri: string): string {
  const user = parseUri(uri)?.user ?? '';
  return user.includes('%') ? decodeURIComponent(user) : user;
}

/** Characters such as "#" must be escaped in the user part of a SIP URI. */
export function escapeUser(user: string): string {
  return user.replace(/[^\w\-.!~*'()&=+$,;?/]/g, encodeURIComponent);
}

/** The display name without its quotation marks; empty if there is none. */
export function displayOf(name: string | undefined): string {
  const text = fromWire((name ?? '').trim());
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;
}

export function quoted(displayName: string): string {
  return toWire(`"${displayName.replace(/(["\\])/g, '\\$1')}"`);
}

/** The package keeps one character per byte; the next two functions convert from and to that. */
export function toWire(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function fromWire(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}

export function randomToken(): string {
  return randomBytes(8).toString('hex');
}
