import { causeIn, textIn } from '../data/line-data.ts';
import type { Call, CallEvent } from '../data/resources.ts';
import { sipWords } from '../data/sip-words.ts';
import { timeOf } from '../data/times.ts';
import { ASTERISK, LEGWORK, partyColumn, REST_COLUMN } from './columns.ts';
import type { Arrow, Happening } from './ladder.ts';

/** A line of the timeline with its place there. */
export interface PlacedLine {
  readonly line: CallEvent;
  readonly index: number;
  readonly at: number;
}

/** The lines of a timeline with their places; those without a readable time are left out. */
export function placed(events: readonly CallEvent[]): readonly PlacedLine[] {
  return events.flatMap((line, index) => {
    const at = timeOf(line.timestamp);
    return at === undefined ? [] : [{ line, index, at }];
  });
}

/**
 * The SIP messages that a leg's states stand for. Legwork sees states, not messages: an arrow says what must have gone
 * over the wire for the state to change.
 */
export function sipRows(call: Call, placedLine: PlacedLine, endedFirst: boolean): readonly Happening[] {
  const { line, index, at } = placedLine;
  const party = partyColumn(call);
  const toUs = (label: string): Arrow => sip({ index, at, from: party, to: ASTERISK, label });
  const toThem = (label: string): Arrow => sip({ index, at, from: ASTERISK, to: party, label });
  const isInbound = call.direction === 'inbound';
  switch (textIn(line.data, 'event')) {
    case 'initiated':
      return [toThem('INVITE')];
    case 'ringing':
      if (!isInbound) return [toUs('180 Ringing')];
      return [toUs(`INVITE ${call.to}`), { ...toThem('180 Ringing'), shownFrom: 'full' }];
    case 'answered':
      return [isInbound ? toThem('200 OK') : toUs('200 OK')];
    case 'completed':
      return endRows(call, placedLine, { toUs, toThem, endedFirst });
    default:
      return quietRows(call, placedLine);
  }
}

interface EndWays {
  readonly toUs: (label: string) => Arrow;
  readonly toThem: (label: string) => Arrow;
  /** Of all answered legs, this one ended first: its party hung up. */
  readonly endedFirst: boolean;
}

function endRows(
  call: Call,
  { line, index, at }: PlacedLine,
  { toUs, toThem, endedFirst }: EndWays,
): readonly Happening[] {
  const status = textIn(line.data, 'status');
  const cause = causeIn(line.data);
  const isInbound = call.direction === 'inbound';
  if (status === 'completed') return [hungUpItself(call, endedFirst) ? toUs('BYE') : toThem('BYE')];
  const failure = (arrow: Arrow): Arrow => ({ ...arrow, tone: 'bad' });
  if (isInbound && status === 'canceled') return [toUs('CANCEL')];
  if (cause?.sipStatus !== undefined) {
    const words = sipWords(cause.sipStatus);
    return [failure(isInbound ? toThem(words) : toUs(words))];
  }
  if (!isInbound && (status === 'canceled' || status === 'no-answer')) return [toThem('CANCEL')];
  const why = cause?.why ?? 'the call could not be placed';
  return [
    {
      kind: 'mark',
      event: index,
      at,
      column: ASTERISK,
      label: `${status ?? 'ended'}: ${why}`,
      tone: 'bad',
      shownFrom: 'compact',
    },
  ];
}

/** Whether the leg's own party ended an answered leg: REST says so, or else it ended before its counterpart. */
function hungUpItself({ ended_by: by, direction }: Call, endedFirst: boolean): boolean {
  if (by === null || by === undefined) return endedFirst;
  return by === (direction === 'inbound' ? 'caller' : 'callee');
}

/** A state without an event: a call that waits to be dialled, a leg that is given up. */
function quietRows(call: Call, { line, index, at }: PlacedLine): readonly Happening[] {
  const givingUp = line.data['givingUp'];
  if (typeof givingUp === 'object' && givingUp !== null) {
    const why = (givingUp as { readonly why?: unknown }).why;
    const label = `given up${typeof why === 'string' ? `: ${why}` : ''}`;
    return [{ kind: 'mark', event: index, at, column: LEGWORK, label, tone: 'plain', shownFrom: 'full' }];
  }
  if (call.direction !== 'outbound-api' || textIn(line.data, 'status') !== 'queued') return [];
  return [
    { ...sip({ index, at, from: REST_COLUMN, to: LEGWORK, label: 'POST Calls' }), look: 'document' as const },
  ];
}

function sip({
  index,
  ...arrow
}: Pick<Arrow, 'at' | 'from' | 'to' | 'label'> & { readonly index: number }): Arrow {
  return { kind: 'arrow', event: index, look: 'sip', tone: 'plain', shownFrom: 'compact', ...arrow };
}
