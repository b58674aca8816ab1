import { textIn } from '../data/line-data.ts';
import type { Call, CallEvent } from '../data/resources.ts';
import { sipHeader, sipLineWords } from '../data/sip-lines.ts';
import { ASTERISK, partyColumn } from './columns.ts';
import type { Arrow, Density, Tone } from './ladder.ts';
import type { PlacedLine } from './sip-rows.ts';

/** The SIP messages of a leg that was traced, as they went over the wire; one that was repeated once. */
export function messageRows(call: Call, lines: readonly PlacedLine[]): readonly Arrow[] {
  const challenged = challengedIn(lines);
  const first = new Map<string, PlacedLine>();
  const times = new Map<string, number>();
  for (const one of lines) {
    const { data } = one.line;
    const key = `${textIn(data, 'direction')} ${textIn(data, 'content')}`;
    if (!first.has(key)) first.set(key, one);
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  return [...first].map(([key, one]) => arrowOf(call, one, times.get(key) ?? 1, challenged));
}

function arrowOf(
  call: Call,
  { line: { data }, index, at }: PlacedLine,
  times: number,
  challenged: ReadonlySet<string>,
): Arrow {
  const party = partyColumn(call);
  const isSent = textIn(data, 'direction') === 'sent';
  const message = messageOf(data);
  const isChallenge = challenged.has(dialogKey(data));
  return {
    kind: 'arrow',
    event: index,
    at,
    from: isSent ? ASTERISK : party,
    to: isSent ? party : ASTERISK,
    label: labelOf(call, message, data),
    look: 'sip',
    tone: toneOf(message),
    ...(times > 1 ? { note: `⟳${times}` } : {}),
    shownFrom: isChallenge ? 'full' : densityOf(call, message),
  };
}

interface Message {
  /** Undefined: a request. */
  readonly status: number | undefined;
  readonly method: string;
  /** Of a call that is established already. */
  readonly isWithin: boolean;
}

function messageOf(data: CallEvent['data']): Message {
  const status = /^SIP\/2\.0 (\d{3})/i.exec(textIn(data, 'start_line') ?? '')?.[1];
  return {
    status: status === undefined ? undefined : Number(status),
    method: /\d+[ \t]+([A-Za-z]+)/.exec(sipHeader(data, 'cseq') ?? '')?.[1]?.toUpperCase() ?? '',
    isWithin: /;[ \t]*tag=/i.test(sipHeader(data, 'to', 't') ?? ''),
  };
}

function labelOf(call: Call, { status, method, isWithin }: Message, data: CallEvent['data']): string {
  const words = sipLineWords(data);
  if (status !== undefined) return words;
  if (method !== 'INVITE') return words;
  if (isWithin) return 're-INVITE';
  return call.direction === 'inbound' ? `INVITE ${call.to}` : 'INVITE';
}

function toneOf({ status }: Message): Tone {
  return status === undefined || status < 400 || [401, 407, 487].includes(status) ? 'plain' : 'bad';
}

const MILESTONES = ['INVITE', 'BYE', 'CANCEL'];

function densityOf(call: Call, { status, method, isWithin }: Message): Density {
  if (status === undefined) {
    if (method === 'ACK') return 'full';
    return MILESTONES.includes(method) && !(method === 'INVITE' && isWithin) ? 'compact' : 'normal';
  }
  if (method !== 'INVITE' || status === 100) return status < 300 ? 'full' : 'normal';
  if (status < 200) return call.direction === 'inbound' ? 'full' : 'compact';
  return status === 487 ? 'normal' : 'compact';
}

/** The INVITEs that were asked for a password, and what belongs to them: they come again with one. */
function challengedIn(lines: readonly PlacedLine[]): ReadonlySet<string> {
  const asked = lines.filter(({ line: { data } }) => [401, 407].includes(messageOf(data).status ?? 0));
  return new Set(asked.map(({ line }) => dialogKey(line.data)));
}

function dialogKey(data: CallEvent['data']): string {
  const number = /^\d+/.exec(sipHeader(data, 'cseq') ?? '')?.[0] ?? '';
  return `${textIn(data, 'sip_call_id')} ${number}`;
}
