import type { Dress } from '../../demo/timeline-rows.ts';
import type { Difference } from './differences.ts';

const SIGNS = { same: ' ', missing: '-', new: '+' } as const;

/** The differences as people read them: where they are, the verb that the request comes from, and its lines. */
export function printedDifferences(
  file: string,
  found: readonly Difference[],
  dress: Dress,
): readonly string[] {
  return found.flatMap(({ rows, expectedLine, cause }) => [
    `${file}:${expectedLine}${cause === undefined ? '' : `  from ${cause}`}`,
    ...rows.map(({ kind, text }) => {
      const line = `  ${SIGNS[kind]} ${text}`;
      if (kind === 'same') return dress.faint(line);
      return kind === 'missing' ? dress.alarm(line) : dress.good(line);
    }),
  ]);
}
