import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Point, remembered } from '../../data/history.ts';
import { durationText } from '../../data/times.ts';
import { useLive, useNow } from '../console-context.ts';
import { LineChart } from '../parts/line-chart.tsx';
import { now as currentTime } from '../platform/clock.ts';
import { liveCalls, type Stats } from '../stats.ts';

const WINDOW_MS = 3_600_000;

interface Measure {
  readonly name: string;
  readonly of: (stats: Stats) => number;
  readonly words: (value: number) => string;
}

const plain = (value: number) => String(Math.round(value));
const MEASURES: readonly Measure[] = [
  { name: 'Calls in progress', of: liveCalls, words: plain },
  { name: 'Calls in the last minute', of: (stats) => stats.calls_last_minute, words: plain },
  { name: 'Documents, 95 %', of: (stats) => stats.document_p95 ?? 0, words: durationText },
  {
    name: 'Oldest callback',
    of: ({ callbacks: { oldest_s: age } }) => (age ?? 0) * 1000,
    words: durationText,
  },
];

type Histories = Readonly<Record<string, readonly Point[]>>;

/** The last hour, as far as this page has been open. */
export function HealthCharts(): JSX.Element {
  const [histories, setHistories] = useState<Histories>({});
  const now = useNow(2000);
  useLive(({ event, data }) => {
    if (event !== 'stats') return;
    const stats = data as Stats;
    const at = currentTime();
    setHistories((before) =>
      Object.fromEntries(
        MEASURES.map(({ name, of }) => [
          name,
          remembered(before[name] ?? [], { at, value: of(stats) }, WINDOW_MS),
        ]),
      ),
    );
  });
  return (
    <section aria-label="The last hour, since this page is open">
      <h2>Since this page is open</h2>
      <div class="charts">
        {MEASURES.map(({ name, words }) => {
          const history = histories[name] ?? [];
          const windowMs = Math.max(60_000, now - (history[0]?.at ?? now));
          return (
            <LineChart key={name} name={name} history={history} now={now} windowMs={windowMs} words={words} />
          );
        })}
      </div>
    </section>
  );
}
