import { textIn } from './line-data.ts';
import type { CallEvent, CallFamily, SipMessage } from './resources.ts';
import { timeOf } from './times.ts';

/** The kind of a line that is a SIP message. The timeline of REST has none: the page puts them between its lines. */
export const SIP = 'sip';

/** A timeline with the SIP messages where they belong; of the same time before what they caused. */
export function withSip(events: readonly CallEvent[], messages: readonly SipMessage[]): readonly CallEvent[] {
  if (messages.length === 0) return events;
  const at = (line: CallEvent) => timeOf(line.timestamp) ?? 0;
  return [...messages.map(lineOf), ...events].toSorted((one, other) => at(one) - at(other));
}

/** Whether there are SIP messages of it. */
export function isTraced({ events }: CallFamily): boolean {
  return events.some(({ kind }) => kind === SIP);
}

function lineOf({ n, call_sid, timestamp, ...data }: SipMessage): CallEvent {
  return { n: `sip/${n}`, call_sid, timestamp, kind: SIP, data, request: null, response: null };
}

/** `INVITE`, `486 Busy Here`. */
export function sipLineWords(data: CallEvent['data']): string {
  const startLine = textIn(data, 'start_line') ?? '';
  const status = /^SIP\/2\.0 (\d{3}.*)$/i.exec(startLine)?.[1];
  return status ?? startLine.split(' ', 1)[0] ?? '';
}

/** The headers of a message, each line one. */
export function sipHeaders(data: CallEvent['data']): readonly (readonly [name: string, value: string])[] {
  const [, ...lines] = headOf(textIn(data, 'content') ?? '').split('\r\n');
  return lines.flatMap((line): readonly (readonly [string, string])[] => {
    const [, name, value] = /^([^\s:]+)[ \t]*:[ \t]*(.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value]];
  });
}

/** The first header with one of these names, which are written in lower case. */
export function sipHeader(data: CallEvent['data'], ...names: readonly string[]): string | undefined {
  return sipHeaders(data).find(([name]) => names.includes(name.toLowerCase()))?.[1];
}

function headOf(content: string): string {
  return content.split('\r\n\r\n', 1)[0] ?? '';
}

/** The user of a SIP or tel URI. */
const USER = /\b(sips?:|tel:)([^@\s;<>"]+)(?=@|[;>\s]|$)/gi;
/** What `maskFamily` puts in the place of a name. */
const MASKED_NAME = /^(?:name|number)-\d+$|^#+$/;
const DISPLAY_NAME =
  /^((?:from|f|to|t|contact|m|p-asserted-identity|p-preferred-identity|remote-party-id|diversion|referred-by|refer-to|r)[ \t]*:[ \t]*)(?:"(?:[^"\\]|\\.)*"|[^<"\s](?:[^<"]*[^<"\s])?)(?=[ \t]*<)/i;
/** Headers that say how SIP works, and nothing about people; of others the value is not shown. */
const PLAIN =
  /^(?:via|v|from|f|to|t|contact|m|call-id|i|cseq|max-forwards|content-length|l|content-type|c|allow|supported|k|require|proxy-require|accept.*|user-agent|server|expires|min-se|session-expires|x|record-route|route|p-asserted-identity|p-preferred-identity|remote-party-id|diversion|privacy|reason|retry-after|rseq|rack|event|o|allow-events|u|subscription-state|refer-to|r|referred-by|b|date|warning|unsupported|www-authenticate|proxy-authenticate|authorization|proxy-authorization)$/i;

/** A message without numbers and names: users and display names of addresses, and all headers that may hold anything. */
export function maskSip(content: string, text: (value: string) => string): string {
  const [head = '', ...body] = content.split('\r\n\r\n');
  const lines = head
    .split('\r\n')
    .map((line, index) => (index === 0 ? maskUsers(line, text) : maskHeader(line, text)));
  return [lines.join('\r\n'), ...body.map((part) => maskBody(part, text))].join('\r\n\r\n');
}

function maskHeader(line: string, text: (value: string) => string): string {
  const name = /^([^\s:]+)[ \t]*:/.exec(line)?.[1];
  if (name === undefined || !PLAIN.test(name)) return `${name === undefined ? ' ' : `${name}: `}••••`;
  if (/^(?:call-id|i)$/i.test(name)) return `${name}: ••••`;
  return maskUsers(line.replace(DISPLAY_NAME, '$1"••••"'), text);
}

function maskUsers(line: string, text: (value: string) => string): string {
  const named = text(line);
  return named.replace(USER, (whole, scheme: string, user: string, at: number) => {
    const isHost = scheme.toLowerCase() !== 'tel:' && named[at + whole.length] !== '@';
    return isHost || MASKED_NAME.test(user) ? whole : `${scheme}••••`;
  });
}

/** SDP: the name of the session and of who began it. */
function maskBody(body: string, text: (value: string) => string): string {
  return text(body.replace(/^(o=)\S+/gm, '$1-').replace(/^(s=|i=|e=|p=|u=).*$/gm, '$1-'));
}
