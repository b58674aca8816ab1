import type { Parameters } from '../../../call/ports.ts';
import { hasControlCharacter } from '../../attributes.ts';
import type { ParseContext } from '../../parse-context.ts';
import type { XmlElement } from '../../xml.ts';

// RFC 3261 section 25.1: a header's name is a token.
const TOKEN = /^[\w\-.!%*+`'~]+$/;
const USER = /^(?:[\w\-.!~*'()&=+$,;/]|%[\dA-Fa-f]{2})+$/;
const HOST = /^(?:[A-Za-z\d](?:[A-Za-z\d.-]{0,252}[A-Za-z\d])?|\[[\dA-Fa-f:.]+\])$/;
const URI_PARAMETERS = /^(?:;[\w\-.!~*'()%[\]/:&+$]+(?:=[\w\-.!~*'()%[\]/:&+$]+)?)*$/;

/** An address with the SIP headers that were written behind it. */
export interface WrittenAddress {
  readonly address: string;
  readonly headers: Parameters;
}

/** Takes `?name=value&name2=value2` off an address; what is no SIP header is dropped with a warning. */
export function parseAddress(written: string, element: XmlElement, context: ParseContext): WrittenAddress {
  // A SIP user part may hold a question mark itself.
  const mark = written.indexOf('?', Math.max(0, written.indexOf('@')));
  if (mark === -1) return { address: written, headers: [] };
  const pairs = written
    .slice(mark + 1)
    .split('&')
    .filter((pair) => pair !== '');
  const headers = pairs.flatMap((pair) => {
    const header = parseHeader(pair);
    if (header !== undefined) return [header];
    context.warn(
      element,
      `has "${pair.slice(0, 60)}" behind its address, which is no SIP header, it is dropped`,
    );
    return [];
  });
  return { address: written.slice(0, mark).trim(), headers };
}

function parseHeader(pair: string): readonly [string, string] | undefined {
  const [writtenName = '', ...rest] = pair.split('=');
  const name = percentDecode(writtenName.trim());
  const value = percentDecode(rest.join('=').trim());
  if (name === undefined || value === undefined) return undefined;
  // A line end would begin a header of the writer's choice.
  if (!TOKEN.test(name) || hasControlCharacter(value)) return undefined;
  return [/^x-/i.test(name) ? name : `X-${name}`, value];
}

function percentDecode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // a lone % or bytes that are no UTF-8
  }
}

/** The checked form `sip:user@host[:port][;parameters]`, or undefined when it is none. */
export function sipUri(written: string): string | undefined {
  const rest = written.replace(/^sip:/i, '');
  const at = rest.lastIndexOf('@');
  const user = rest.slice(0, at);
  const [, host = '', port, parameters = ''] =
    /^(\[[^\]]*\]|[^:;]*)(?::(\d{1,5}))?(;.*)?$/.exec(rest.slice(at + 1)) ?? [];
  if (at < 1 || !USER.test(user) || !HOST.test(host) || !URI_PARAMETERS.test(parameters)) return undefined;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return undefined;
  return `sip:${rest}`;
}
