import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plot, Series } from '../measures/measured.ts';
import { type NamedCurve, svgPlot } from './svg-plot.ts';
import { markdownTable, type TableRow } from './table.ts';
import { targetsTable } from './targets.ts';

/** A row, with what a plot needs. */
export interface ResultRow extends TableRow {
  readonly curve?: Series;
}

export interface MeasureResult {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly plot?: Plot;
  readonly rows: readonly ResultRow[];
}

/** A whole run of the bench. */
export interface Results {
  readonly size: string;
  /** Not every measure was asked for. */
  readonly isPart: boolean;
  readonly command: string;
  /** ISO 8601. */
  readonly at: string;
  readonly minutes: number;
  readonly machine: readonly string[];
  readonly busyness: string;
  /** Why the machine was too busy, if it was and the bench ran anyway. */
  readonly tooBusy?: string;
  readonly measures: readonly MeasureResult[];
  /** Titles of what was still to be measured when this was written. */
  readonly missing: readonly string[];
}

const RESULTS = fileURLToPath(new URL('../results', import.meta.url));
const PAGE = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));
const [BEGIN, END] = ['<!-- bench: begin -->', '<!-- bench: end -->'];

/** Replaces what is in `bench/results/<size>`, and what docs/performance.md shows; a part of a run goes elsewhere. */
export async function writeResults(results: Results): Promise<readonly string[]> {
  const folder = join(RESULTS, results.isPart ? 'part' : results.size);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const measure of results.measures) {
    const svg = plotOf(measure);
    if (svg !== undefined) await writeFile(join(folder, `${measure.name}.svg`), svg);
  }
  await writeFile(join(folder, 'results.json'), `${JSON.stringify(results, undefined, 1)}\n`);
  await writeFile(join(folder, 'tables.md'), markdownOf(results, '.'));
  const files = [join(folder, 'results.json'), join(folder, 'tables.md')];
  if (results.isPart) return files;
  const page = await readFile(PAGE, 'utf8');
  await writeFile(PAGE, withSection(page, markdownOf(results, `../bench/results/${results.size}`)));
  return [...files, PAGE];
}

/** The page with another text between its markers. */
export function withSection(page: string, section: string): string {
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (before < 0 || after < before)
    throw new Error(`docs/performance.md must have ${BEGIN} and, below it, ${END}`);
  return `${page.slice(0, before + BEGIN.length)}\n\n${section.trim()}\n\n${page.slice(after)}`;
}

const TARGETS_ABOUT =
  'What Legwork is to reach on two processors (SQLite where nothing else is said), as differences and ratios within one run. Medians of the rounds.';

/** All tables, with what they mean; plots lie in `folder`. */
export function markdownOf(results: Results, folder: string): string {
  const { command, at, minutes, machine, busyness, tooBusy, missing } = results;
  const state =
    tooBusy === undefined
      ? `The machine was quiet: ${busyness}.`
      : `**The machine was busy with other programs (${busyness}): absolute figures are too high, and rates too low.** Compare rows, not with other runs.`;
  const head = `\`${command}\` on ${at.slice(0, 10)}, ${minutes.toFixed(0)} minutes: ${machine.join(', ')}. ${state}`;
  const ended =
    missing.length === 0 ? [] : [`The run was ended before these were measured: ${missing.join('; ')}.`];
  const targets = targetsTable(results.measures);
  const aims = targets === undefined ? [] : ['### Targets', TARGETS_ABOUT, targets];
  return [head, ...ended, ...aims, ...results.measures.map((measure) => sectionOf(measure, folder)), ''].join(
    '\n\n',
  );
}

function sectionOf(measure: MeasureResult, folder: string): string {
  const { name, title, about, rows } = measure;
  const parts = [`### ${title}`, about, markdownTable(rows)];
  if (curvesOf(measure).length > 0) parts.push(`![${title}](${folder}/${name}.svg)`);
  return parts.join('\n\n');
}

function plotOf(measure: MeasureResult): string | undefined {
  const curves = curvesOf(measure);
  if (measure.plot === undefined || curves.length === 0) return undefined;
  return svgPlot(measure.title, measure.plot, curves);
}

function curvesOf({ plot, rows }: MeasureResult): readonly NamedCurve[] {
  if (plot === undefined) return [];
  return rows.flatMap(({ system, curve }) =>
    curve === undefined || curve.length === 0 ? [] : [{ name: system, points: curve }],
  );
}
