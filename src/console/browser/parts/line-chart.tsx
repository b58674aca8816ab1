import type { JSX } from 'preact';
import { lineOf, type Point } from '../../data/history.ts';

interface LineChartProps {
  readonly name: string;
  readonly history: readonly Point[];
  readonly now: number;
  readonly windowMs: number;
  /** A value in words. */
  readonly words: (value: number) => string;
}

const WIDTH = 300;
const HEIGHT = 60;

/** How a number has changed, with what it is now and the most that it was. */
export function LineChart({ name, history, now, windowMs, words }: LineChartProps): JSX.Element {
  const { points, most } = lineOf(history, { now, windowMs, width: WIDTH, height: HEIGHT });
  const last = history.at(-1);
  const present = last === undefined ? '–' : words(last.value);
  return (
    <figure class="card chart">
      <figcaption>
        {name} <b>{present}</b> <span class="soft">at most {words(most)}</span>
      </figcaption>
      <svg
        viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${name}: now ${present}, at most ${words(most)}`}
      >
        <polyline points={points} />
      </svg>
    </figure>
  );
}
