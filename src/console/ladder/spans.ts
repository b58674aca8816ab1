import { textIn } from '../data/line-data.ts';
import type { Call } from '../data/resources.ts';
import { ASTERISK, LEGWORK, partyColumn, streamColumn } from './columns.ts';
import type { Span } from './ladder.ts';
import type { PlacedLine } from './sip-rows.ts';

/** A leg with the lines of its timeline, in order. */
export interface LegLines {
  readonly call: Call;
  readonly lines: readonly PlacedLine[];
}

/** Verbs that are seen as a time in which the caller hears or says something. */
const MEDIA: readonly string[] = ['Say', 'Play', 'Pause', 'Gather', 'Record', 'Enqueue', 'Connect', 'Start'];

/** What lasts: ringing, talks, what a caller hears, conferences, streams. */
export function spansOf(legs: readonly LegLines[]): readonly Span[] {
  return [
    ...legs.flatMap(ringing),
    ...talks(legs),
    ...legs.flatMap(media),
    ...legs.flatMap(conferences),
    ...legs.flatMap(streams),
  ];
}

function stateAt({ lines }: LegLines, event: string): number | undefined {
  return lines.find(({ line }) => line.kind === 'state' && textIn(line.data, 'event') === event)?.at;
}

export function endOf(leg: LegLines): number | undefined {
  return stateAt(leg, 'completed');
}

function ringing(leg: LegLines): readonly Span[] {
  const beganAt = leg.call.direction === 'inbound' ? undefined : stateAt(leg, 'ringing');
  if (beganAt === undefined) return [];
  const column = partyColumn(leg.call);
  const endedAt = stateAt(leg, 'answered') ?? endOf(leg);
  return [{ kind: 'ring', from: column, to: column, beganAt, endedAt, label: 'rings' }];
}

/** A leg that a Dial made talks with the leg above it from when both are answered until one of them ends. */
function talks(legs: readonly LegLines[]): readonly Span[] {
  return legs.flatMap((leg) => {
    const above = legs.find(({ call }) => call.sid === leg.call.parent_call_sid);
    const answers = [stateAt(leg, 'answered'), above === undefined ? undefined : stateAt(above, 'answered')];
    const [own, others] = answers;
    if (above === undefined || own === undefined || others === undefined) return [];
    const ends = [endOf(leg), endOf(above)].filter((at) => at !== undefined);
    const names = [nameOf(above.call), leg.call.to].join(' and ');
    return [
      {
        kind: 'talk' as const,
        from: partyColumn(above.call),
        to: partyColumn(leg.call),
        beganAt: Math.max(own, others),
        endedAt: ends.length === 0 ? undefined : Math.min(...ends),
        label: `${names} talk`,
      },
    ];
  });
}

function nameOf({ direction, from, to }: Call): string {
  return direction === 'inbound' ? from : to;
}

/** A verb lasts until its leg does something else. */
function media(leg: LegLines): readonly Span[] {
  return leg.lines.flatMap(({ line, at }, index) => {
    const name = line.kind === 'verb' ? textIn(line.data, 'name') : undefined;
    if (name === undefined || !MEDIA.includes(name)) return [];
    const next = leg.lines
      .slice(index + 1)
      .map(beginOf)
      .find((began) => began !== undefined);
    return [
      {
        kind: 'media' as const,
        from: partyColumn(leg.call),
        to: ASTERISK,
        beganAt: at,
        endedAt: next,
        label: name,
      },
    ];
  });
}

/** When what a line tells began, if it means that the verb before it is over. */
function beginOf({ line, at }: PlacedLine): number | undefined {
  if (line.kind === 'verb') return at;
  if (line.kind === 'document') return at - (line.response?.request_duration ?? 0);
  return line.kind === 'state' && textIn(line.data, 'event') === 'completed' ? at : undefined;
}

function conferences(leg: LegLines): readonly Span[] {
  return leg.lines.flatMap(({ line, at }, index) => {
    if (line.kind !== 'conference' || textIn(line.data, 'event') !== 'participant-join') return [];
    const left = leg.lines
      .slice(index + 1)
      .find(
        (later) =>
          later.line.kind === 'conference' && textIn(later.line.data, 'event') === 'participant-leave',
      );
    return [
      {
        kind: 'conference' as const,
        from: partyColumn(leg.call),
        to: ASTERISK,
        beganAt: at,
        endedAt: left?.at ?? endOf(leg),
        label: `conference ${textIn(line.data, 'friendlyName') ?? ''}`.trim(),
      },
    ];
  });
}

/** A stream lasts from when its server has it until it stops, or its leg ends. */
function streams(leg: LegLines): readonly Span[] {
  return leg.lines.flatMap(({ line, at }, index) => {
    const url = textIn(line.data, 'url');
    if (line.kind !== 'stream' || textIn(line.data, 'event') !== 'stream-started' || url === undefined)
      return [];
    const sid = textIn(line.data, 'streamSid');
    const stopped = leg.lines
      .slice(index + 1)
      .find(
        (later) =>
          later.line.kind === 'stream' &&
          textIn(later.line.data, 'streamSid') === sid &&
          textIn(later.line.data, 'event') === 'stream-stopped',
      );
    return [
      {
        kind: 'stream' as const,
        from: LEGWORK,
        to: streamColumn(url),
        beganAt: at,
        endedAt: stopped?.at ?? endOf(leg),
        label: `stream ${textIn(line.data, 'name') ?? ''}`.trim(),
      },
    ];
  });
}
