import { shortened } from '../data/reply-words.ts';
import { durationText } from '../data/times.ts';
import type { Row, Span } from './ladder.ts';
import { CHARACTER_WIDTH, ROW_HEIGHT, type Shape } from './shape.ts';

const BAR = 10;

/** From the row in which it began to the row in which it ended. */
export function spanShapes(
  span: Span,
  rows: readonly Row[],
  xs: ReadonlyMap<string, number>,
): readonly Shape[] {
  const first = rows.findIndex(({ at, kind }) => kind !== 'fold' && at >= span.beganAt);
  const after = rows.findIndex(({ at, kind }) => kind !== 'fold' && at > (span.endedAt ?? Infinity));
  if (first < 0) return [];
  const last = after < 0 ? rows.length - 1 : Math.max(first, after - 1);
  if (span.kind !== 'talk' && last === first) return [];
  const top = first * ROW_HEIGHT + (span.kind === 'talk' ? 2 : 18);
  const height = Math.max(ROW_HEIGHT - 4, last * ROW_HEIGHT + 20 - top);
  const [from, to] = [xs.get(span.from) ?? 0, xs.get(span.to) ?? 0];
  const [left, right] =
    span.kind === 'ring' ? [from - BAR / 2, from + BAR / 2] : [Math.min(from, to), Math.max(from, to)];
  const lasted = span.endedAt === undefined ? '' : `, ${durationText(span.endedAt - span.beganAt)}`;
  return [
    {
      name: 'rect',
      is: { x: left, y: top, width: right - left, height, rx: 4, class: `span ${span.kind}` },
      inside: [{ name: 'title', is: {}, text: `${span.label}${lasted}` }],
    },
    ...(span.kind === 'ring' ? [] : spanLabel(span, { left, right, bottom: top + height }, lasted)),
  ];
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
}

/** In the last corner of the area, where arrows are rare. */
function spanLabel(span: Span, { right, left, bottom }: Box, lasted: string): readonly Shape[] {
  const most = Math.floor((right - left) / CHARACTER_WIDTH) - 2;
  const text = shortened(`${span.label}${lasted}`, most);
  return [
    {
      name: 'text',
      is: { x: right - 10, y: bottom - 6, 'text-anchor': 'end', class: `span-label ${span.kind}` },
      text,
    },
  ];
}
