import type { Plot, Series } from '../measures/measured.ts';
import { shortNumber } from './table.ts';

export interface NamedCurve {
  readonly name: string;
  readonly points: Series;
}

const [WIDTH, HEIGHT] = [720, 392];
const AREA = { left: 60, right: 700, top: 40, bottom: 310 };
const COLOURS = ['#6e7781', '#0969da', '#1a7f37', '#9a6700', '#cf222e', '#8250df'];
/** Under the picture, in rows. */
const LEGEND = { top: 368, columns: 4, width: 160, height: 16 };

/** A plot with one line per curve, as SVG text that looks the same everywhere. */
export function svgPlot(title: string, plot: Plot, curves: readonly NamedCurve[]): string {
  const points = curves.flatMap((curve) => curve.points);
  const logarithmic = plot.logarithmicX === true;
  const xs = scale(
    points.map(([x]) => x),
    [AREA.left, AREA.right],
    logarithmic,
  );
  const ys = scale([0, ...points.map(([, y]) => y)], [AREA.bottom, AREA.top], false);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(WIDTH / 2, 16, title, 'middle'),
    ...xs.ticks.flatMap((x) => [
      line([xs.at(x), AREA.top], [xs.at(x), AREA.bottom]),
      text(xs.at(x), AREA.bottom + 16, shortNumber(x), 'middle'),
    ]),
    ...ys.ticks.flatMap((y) => [
      line([AREA.left, ys.at(y)], [AREA.right, ys.at(y)]),
      text(AREA.left - 6, ys.at(y) + 4, shortNumber(y), 'end'),
    ]),
    text((AREA.left + AREA.right) / 2, AREA.bottom + 34, plot.x, 'middle'),
    text(AREA.left, AREA.top - 8, plot.y, 'start'),
    ...curves.flatMap(({ name, points: own }, index) => drawn(name, own, index, [xs.at, ys.at])),
    '</svg>',
    '',
  ].join('\n');
}

function drawn(name: string, points: Series, index: number, [x, y]: readonly [At, At]): readonly string[] {
  const colour = COLOURS[index % COLOURS.length] ?? '#000000';
  const path = points.map((point) => `${round(x(point[0]))},${round(y(point[1]))}`).join(' ');
  const left = AREA.left + (index % LEGEND.columns) * LEGEND.width;
  const top = LEGEND.top + Math.floor(index / LEGEND.columns) * LEGEND.height;
  return [
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    text(left, top, name, 'start', colour),
  ];
}

type At = (value: number) => number;

interface Scale {
  readonly at: At;
  readonly ticks: readonly number[];
}

/** Values onto a stretch of the picture, with round numbers to mark. */
export function scale(values: readonly number[], [from, to]: readonly [number, number], log: boolean): Scale {
  const known = log ? values.filter((value) => value > 0) : values;
  const ticks = log ? powersAround(known) : roundSteps(known);
  const of = (value: number) => (log ? Math.log10(Math.max(value, Number.MIN_VALUE)) : value);
  const [low, high] = [of(ticks[0] ?? 0), of(ticks.at(-1) ?? 1)];
  return { at: (value) => from + ((of(value) - low) / (high - low || 1)) * (to - from), ticks };
}

/** About five round numbers from at most the least to at least the greatest. */
function roundSteps(values: readonly number[]): readonly number[] {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  if (!Number.isFinite(least)) return [0, 1];
  const rough = (greatest - least || 1) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? power * 10;
  const first = Math.floor(least / step);
  const last = Math.max(Math.ceil(greatest / step), first + 1);
  // Multiplied instead of added up, so that 0.30000000000000004 is not among them.
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

function powersAround(values: readonly number[]): readonly number[] {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  if (!Number.isFinite(least)) return [1, 10];
  const first = Math.floor(Math.log10(least));
  const last = Math.max(Math.ceil(Math.log10(greatest)), first + 1);
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
}

type Point = readonly [x: number, y: number];

function line([x1, y1]: Point, [x2, y2]: Point): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="#d0d7de"/>`;
}

function text(x: number, y: number, words: string, anchor: string, colour = '#1f2328'): string {
  const escaped = words.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${colour}">${escaped}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
