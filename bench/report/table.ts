import type { Figures } from '../measures/measured.ts';
import { spread } from './percentile.ts';

/** A system, and what each round found. */
export interface TableRow {
  readonly system: string;
  readonly rounds: readonly Figures[];
  /** What went wrong instead, or besides. */
  readonly problem?: string;
}

const NOTHING = '–';

/** A table in Markdown: median of the rounds, with least and greatest behind it when there are several. */
export function markdownTable(rows: readonly TableRow[]): string {
  const columns = [...new Set(rows.flatMap(({ rounds }) => rounds.flatMap((round) => Object.keys(round))))];
  const told = columns.filter((column) => rows.some((row) => valuesOf(row, column).length > 0));
  const lines = rows.map((row) => {
    const cells = told.map((column) => cellOf(valuesOf(row, column)));
    const name = row.problem === undefined ? row.system : `${row.system} (${row.problem})`;
    return `| ${[name, ...cells].join(' | ')} |`;
  });
  return [`| | ${told.join(' | ')} |`, `|---${'|---:'.repeat(told.length)}|`, ...lines].join('\n');
}

function valuesOf({ rounds }: TableRow, column: string): readonly number[] {
  return rounds.map((round) => round[column] ?? Number.NaN).filter((value) => Number.isFinite(value));
}

function cellOf(values: readonly number[]): string {
  if (values.length === 0) return NOTHING;
  const { median, least, greatest } = spread(values);
  if (values.length === 1 || least === greatest) return shortNumber(median);
  return `${shortNumber(median)} (${shortNumber(least)}–${shortNumber(greatest)})`;
}

/** Three digits are as many as these measurements are worth; whole numbers stay whole. */
export function shortNumber(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  return value.toFixed(size < 1 ? 2 : size < 100 ? 1 : 0);
}
