import { shortened } from '../data/reply-words.ts';
import { offsetText } from '../data/times.ts';
import type { Arrow, Column, Fold, Ladder, Mark, Now, Row } from './ladder.ts';
import { CHARACTER_WIDTH, ROW_HEIGHT, type Shape } from './shape.ts';
import { spanShapes } from './span-shapes.ts';

// Where everything of a ladder is, as shapes of SVG: the page draws them with its own elements, and `svg-text.ts` writes
// them into a file, so that both are the same picture.

/** A row of the picture, which can be selected when it stands for a line of the timeline. */
export interface RowShape {
  readonly event: number | undefined;
  readonly y: number;
  /** For those who hear the page. */
  readonly label: string;
  readonly shapes: readonly Shape[];
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly head: readonly Shape[];
  readonly background: readonly Shape[];
  readonly rows: readonly RowShape[];
}

export const HEAD_HEIGHT = 52;
/** Where the first column is: the times stand to its left. */
const LEFT = 122;
const RIGHT = 54;
const NARROWEST = 110;
const WIDEST = 190;
/** How wide the space to the left of a column is: nothing goes from Asterisk to Legwork, and most to the application server. */
const WEIGHTS: Partial<Record<Column['kind'], number>> = { legwork: 0.8, server: 1.4 };

/** Lays a ladder out for a width; it is wider when its columns do not fit. `ownColumn` is marked: the leg that somebody looks at. */
export function pictureOf(ladder: Ladder, forWidth: number, ownColumn?: string): Picture {
  const weights = ladder.columns.slice(1).map(({ kind }) => WEIGHTS[kind] ?? 1);
  const total = Math.max(
    1,
    weights.reduce((sum, weight) => sum + weight, 0),
  );
  const unit = Math.min(WIDEST, Math.max(NARROWEST, Math.floor((forWidth - LEFT - RIGHT) / total)));
  const xs = new Map<string, number>();
  let x = LEFT;
  for (const [index, { id }] of ladder.columns.entries()) {
    if (index > 0) x += Math.round(unit * (weights[index - 1] ?? 1));
    xs.set(id, x);
  }
  const width = Math.max(forWidth, x + RIGHT);
  const height = ladder.rows.length * ROW_HEIGHT + 12;
  const place = { xs, unit, width, beganAt: ladder.beganAt };
  return {
    width,
    height,
    head: ladder.columns.flatMap((column) => headShapes(column, place, column.id === ownColumn)),
    background: [
      ...ladder.spans.flatMap((span) => spanShapes(span, ladder.rows, xs)),
      ...ladder.columns.map(({ id, kind }) => columnLine(xs.get(id) ?? 0, height, kind)),
    ],
    rows: ladder.rows.map((row, index) => rowShape(row, index * ROW_HEIGHT, place)),
  };
}

interface Place {
  readonly xs: ReadonlyMap<string, number>;
  /** The usual distance of two columns. */
  readonly unit: number;
  readonly width: number;
  readonly beganAt: number;
}

function headShapes(
  { id, kind, title, detail }: Column,
  { xs, unit }: Place,
  isOwn: boolean,
): readonly Shape[] {
  const x = xs.get(id) ?? 0;
  const room = unit * (kind === 'asterisk' || kind === 'legwork' ? 0.8 : 1.1);
  const most = Math.floor((room - 4) / 6.8);
  return [
    {
      name: 'text',
      is: { x, y: 22, 'text-anchor': 'middle', class: isOwn ? 'h own' : 'h' },
      text: shortened(title, most),
      inside: titleOf(title, most),
    },
    {
      name: 'text',
      is: { x, y: 38, 'text-anchor': 'middle', class: 's' },
      text: shortened(detail, most + 2),
    },
  ];
}

/** All of a text that is cut off, for the pointer that rests on it. */
function titleOf(text: string, most: number): readonly Shape[] {
  return text.length > most ? [{ name: 'title', is: {}, text }] : [];
}

function columnLine(x: number, height: number, kind: Column['kind']): Shape {
  const isOurs = kind === 'asterisk' || kind === 'legwork';
  return {
    name: 'line',
    is: { x1: x, x2: x, y1: 0, y2: height - 4, class: isOurs ? 'column ours' : 'column' },
  };
}

function rowShape(row: Row, y: number, place: Place): RowShape {
  switch (row.kind) {
    case 'arrow':
      return { event: row.event, y, label: arrowLabel(row, place), shapes: arrowShapes(row, y, place) };
    case 'mark':
      return { event: row.event, y, label: row.label, shapes: markShapes(row, y, place) };
    case 'fold':
    case 'now':
      return { event: undefined, y, label: row.label, shapes: foldShapes(row, y, place) };
  }
}

function arrowLabel({ at, label, note }: Arrow, { beganAt }: Place): string {
  return `${offsetText(at - beganAt)} ${label}${note === undefined ? '' : `, ${note}`}`;
}

function timeShape(at: number, y: number, { beganAt }: Place): Shape {
  return {
    name: 'text',
    is: { x: 12, y: y + 16, class: 't' },
    text: `${offsetText(at - beganAt)} `,
  };
}

function arrowShapes(arrow: Arrow, y: number, place: Place): readonly Shape[] {
  const from = place.xs.get(arrow.from) ?? 0;
  const to = place.xs.get(arrow.to) ?? 0;
  const way = to >= from ? 1 : -1;
  const [x1, x2] = [from + way * 2, to - way * 3];
  const middle = (x1 + x2) / 2;
  const line = y + 19;
  const look = `${arrow.look} ${arrow.tone}`;
  const most = Math.max(8, Math.floor(Math.abs(x2 - x1) / CHARACTER_WIDTH) - 1);
  return [
    timeShape(arrow.at, y, place),
    {
      name: 'line',
      is: { x1, x2: arrow.isOpen === true ? middle : x2, y1: line, y2: line, class: `arrow ${look}` },
    },
    ...(arrow.isOpen === true ? [] : [headOf(x2, line, way, look)]),
    {
      name: 'text',
      is: { x: middle, y: y + 14, 'text-anchor': 'middle', class: `label ${look}` },
      text: `${shortened(arrow.label, most)} `,
      inside: titleOf(arrow.label, most),
    },
    ...noteShapes(arrow, Math.max(x1, x2) + 8, y, place),
  ];
}

function headOf(x: number, y: number, way: number, look: string): Shape {
  return { name: 'path', is: { d: `M${x} ${y}l${-way * 7} -3.5v7z`, class: `tip ${look}` } };
}

function noteShapes(
  { note, noteTone = 'plain' }: Arrow,
  x: number,
  y: number,
  { width }: Place,
): readonly Shape[] {
  if (note === undefined) return [];
  const most = Math.max(10, Math.min(26, Math.floor((width - x - 4) / 6)));
  return [
    {
      name: 'text',
      is: { x, y: y + 23, class: `note ${noteTone}` },
      text: shortened(note, most),
      inside: titleOf(note, most),
    },
  ];
}

function markShapes(mark: Mark, y: number, place: Place): readonly Shape[] {
  const x = place.xs.get(mark.column) ?? 0;
  const most = Math.max(16, Math.floor((place.width - x - 20) / CHARACTER_WIDTH));
  return [
    timeShape(mark.at, y, place),
    { name: 'path', is: { d: `M${x} ${y + 8}l4.5 4.5 -4.5 4.5 -4.5 -4.5z`, class: `dot ${mark.tone}` } },
    {
      name: 'text',
      is: { x: x + 10, y: y + 16, class: `label mark ${mark.tone}` },
      text: shortened(mark.label, most),
      inside: titleOf(mark.label, most),
    },
  ];
}

function foldShapes(row: Fold | Now, y: number, { width }: Place): readonly Shape[] {
  return [
    { name: 'line', is: { x1: 12, x2: width - 12, y1: y + 13, y2: y + 13, class: `fold ${row.kind}` } },
    {
      name: 'rect',
      is: { x: 8, y: y + 3, width: row.label.length * 6.1 + 30, height: 20, class: 'fold-back', rx: 4 },
    },
    {
      name: 'text',
      is: { x: 12, y: y + 17, class: 't fold-text' },
      text: `${row.kind === 'now' ? '●' : '⋮'} ${row.label}`,
    },
  ];
}
