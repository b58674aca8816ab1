import { SIP } from '../data/sip-lines.ts';
import { messageRows } from './message-rows.ts';
import { textIn } from '../data/line-data.ts';
import { type Call, type CallFamily, isLive } from '../data/resources.ts';
import { durationText, timeOf } from '../data/times.ts';
import { ASTERISK, columnsOf, partyColumn } from './columns.ts';
import { type Density, type Happening, isShown, type Ladder, type Row, type Span } from './ladder.ts';
import { markOf } from './mark-rows.ts';
import { callbackRows, documentRows, keysRow } from './request-rows.ts';
import { placed, type PlacedLine, sipRows } from './sip-rows.ts';
import { endOf, type LegLines, spansOf } from './spans.ts';

/** A time without anything that is longer than this is folded. */
export const FOLD_MS = 3000;

export interface LadderView {
  readonly density: Density;
  /** Milliseconds since the epoch; a call that still runs is drawn up to here. */
  readonly now: number;
}

/** The picture of a call with all of its legs. */
export function buildLadder(family: CallFamily, { density, now }: LadderView): Ladder {
  const lines = placed(family.events);
  const legs = family.calls.map((call) => ({
    call,
    lines: lines.filter(({ line }) => line.call_sid === call.sid),
  }));
  const spans = spansOf(legs);
  const happenings = happeningsOf(family.calls, legs, lines, density)
    .filter((one) => isShown(one, density))
    .toSorted((one, other) => one.at - other.at || one.event - other.event || rank(one) - rank(other));
  const last = happenings.at(-1);
  const runs = family.calls.some(isLive);
  const rows = folded(happenings, spans);
  const ending = runs && last !== undefined ? endingRows(last.at, Math.max(now, last.at), spans) : [];
  return {
    columns: columnsOf(family),
    rows: [...rows, ...ending],
    spans: runs ? spans : spans.map((span) => ({ ...span, endedAt: span.endedAt ?? last?.at })),
    beganAt: happenings[0]?.at ?? timeOf(family.calls[0]?.date_created) ?? now,
  };
}

function happeningsOf(
  calls: readonly Call[],
  legs: readonly LegLines[],
  lines: readonly PlacedLine[],
  density: Density,
): readonly Happening[] {
  const first = firstToHangUp(legs);
  const names = new Map(calls.slice(1).map(({ sid, to }) => [sid, to]));
  const ofLegs = legs.flatMap((leg) => happeningsOfLeg(leg, leg.call.sid === first, names.get(leg.call.sid)));
  const callbacks = groupedBy(lines.filter(isCallback), keyOf);
  return [
    ...ofLegs,
    ...[...callbacks.values()].flatMap((attempts) =>
      callbackRows(attempts, density, names.get(attempts[0]?.line.call_sid ?? '')),
    ),
  ];
}

function happeningsOfLeg(
  { call, lines }: LegLines,
  hungUpFirst: boolean,
  name: string | undefined,
): readonly Happening[] {
  let verb: string | undefined;
  const messages = lines.filter(({ line }) => line.kind === SIP);
  const others = lines.filter(({ line }) => line.kind !== SIP);
  const told = others.flatMap((one): readonly Happening[] => {
    switch (one.line.kind) {
      case 'state': {
        const rows = sipRows(call, one, hungUpFirst);
        // What really went over the wire stands in their place.
        return messages.length === 0 ? rows : rows.filter((row) => row.kind === 'mark' || row.look !== 'sip');
      }
      case 'document':
        return [...keysRow(one, partyColumn(call), ASTERISK), ...documentRows(one, verb, name)];
      case 'callback':
        return [];
      case 'verb':
        verb = textIn(one.line.data, 'name');
    }
    const mark = markOf(one, partyColumn(call));
    return mark === undefined ? [] : [mark];
  });
  return [...told, ...messageRows(call, messages)];
}

/** The answered leg that ended first: when nobody says who hung up, it was its party. */
function firstToHangUp(legs: readonly LegLines[]): string | undefined {
  const ended = legs.flatMap((leg) => {
    const at = endOf(leg);
    return at === undefined || leg.call.status !== 'completed' ? [] : [{ sid: leg.call.sid, at }];
  });
  return ended.toSorted((one, other) => one.at - other.at)[0]?.sid;
}

function isCallback({ line }: PlacedLine): boolean {
  return line.kind === 'callback';
}

function keyOf({ line, index }: PlacedLine): string {
  return textIn(line.data, 'sid') ?? String(index);
}

function groupedBy<T>(items: readonly T[], key: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

const RANKS = { sip: 0, document: 1, reply: 2, callback: 4 } as const;

/** What comes first of two things that one line tells in the same millisecond: a message before what it caused. */
function rank(one: Happening): number {
  return one.kind === 'mark' ? 3 : RANKS[one.look];
}

function folded(happenings: readonly Happening[], spans: readonly Span[]): readonly Row[] {
  return happenings.flatMap((one, index): readonly Row[] => {
    const before = happenings[index - 1];
    if (before === undefined || one.at - before.at <= FOLD_MS) return [one];
    return [
      { kind: 'fold', at: before.at, untilAt: one.at, label: foldLabel(before.at, one.at, spans) },
      one,
    ];
  });
}

function endingRows(lastAt: number, now: number, spans: readonly Span[]): readonly Row[] {
  const during = foldLabel(lastAt, now, spans);
  return [{ kind: 'now', at: now, label: now - lastAt <= FOLD_MS ? 'now' : `${during}, now` }];
}

/** `12.3 s of talk`, `8.0 s of Say`, `5.2 s later`: what the time was that is not drawn. */
function foldLabel(from: number, to: number, spans: readonly Span[]): string {
  const text = durationText(to - from);
  const covering = spans.filter(({ beganAt, endedAt }) => beganAt <= from + 1 && (endedAt ?? to) >= to - 1);
  const kinds = covering.map(({ kind }) => kind);
  if (kinds.includes('talk')) return `${text} of talk`;
  const heard = covering.find(({ kind }) => kind === 'media' || kind === 'conference' || kind === 'stream');
  if (heard !== undefined) return `${text} of ${heard.label}`;
  return kinds.includes('ring') ? `${text} of ringing` : `${text} later`;
}
