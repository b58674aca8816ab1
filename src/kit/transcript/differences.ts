import { diffLines } from 'diff';
import type { Transcript } from './transcript.ts';

/** A line of two transcripts laid side by side. */
interface Row {
  readonly kind: 'same' | 'missing' | 'new';
  readonly text: string;
  /** Its line in the transcript that was expected; of a new one, the line that it comes before. */
  readonly expectedLine: number;
  /** Its line in the one that came, counted from 1; undefined when it is missing there. */
  readonly line?: number;
}

/** A request that differs, with all its lines. */
export interface Difference {
  readonly rows: readonly Row[];
  /** Where its first difference is in the transcript that was expected. */
  readonly expectedLine: number;
  /** The verb that the request comes from, when that is known. */
  readonly cause?: string;
}

/** The requests in which a call differs from its transcript; none when it does not. */
export function differences(expected: string, came: Transcript): readonly Difference[] {
  if (expected === came.text) return [];
  return blocksOf(rowsOf(expected, came.text))
    .filter((rows) => rows.some(({ kind }) => kind !== 'same'))
    .map((rows) => differenceOf(rows, came));
}

function rowsOf(expected: string, came: string): readonly Row[] {
  let expectedLine = 1;
  let line = 1;
  return diffLines(withEnd(expected), withEnd(came)).flatMap(({ value, added, removed }) =>
    linesOf(value).map((text): Row => {
      const at = { text, expectedLine };
      if (removed) {
        expectedLine += 1;
        return { kind: 'missing', ...at };
      }
      line += 1;
      if (added) return { kind: 'new', ...at, line: line - 1 };
      expectedLine += 1;
      return { kind: 'same', ...at, line: line - 1 };
    }),
  );
}

function withEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\n$/, '').split('\n');
}

/** A title, or a request with its parameters; an empty line belongs to what comes before it. */
function blocksOf(rows: readonly Row[]): readonly (readonly Row[])[] {
  const blocks: Row[][] = [];
  for (const row of rows) {
    const last = blocks.at(-1);
    if (last === undefined || /^(\S|  \S)/.test(row.text)) blocks.push([row]);
    else last.push(row);
  }
  return blocks;
}

function differenceOf(rows: readonly Row[], came: Transcript): Difference {
  const first = rows.find(({ kind }) => kind !== 'same');
  const lines = rows.flatMap(({ line }) => line ?? []);
  const cause = lines.map((line) => came.requestOf[line - 1]?.cause).find((each) => each !== undefined);
  return { rows, expectedLine: first?.expectedLine ?? 1, ...(cause === undefined ? {} : { cause }) };
}
