import type { JSX } from 'preact';
import { durationText, inText, timeOf } from '../../../data/times.ts';
import { useConsole, useLive, useLoaded, useNow, useSoon } from '../../console-context.ts';

/** A receiver of callbacks, as `P/Callbacks/Destinations` shows it. */
interface Destination {
  /** Host and path, with `*` for identifiers. */
  readonly destination: string;
  readonly pending: number;
  readonly next_try: string | null;
  readonly attempts: number;
  readonly failures: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly last_error: string | null;
}

const GATHERED_MS = 500;

/** Who is told, and how that went with each in the last hour. */
export function Destinations(): JSX.Element | null {
  const { api } = useConsole();
  const list = useLoaded(
    (signal) => api.list<Destination>('/Callbacks/Destinations', 'destinations', signal),
    'all',
  );
  const now = useNow(1000);
  const readSoon = useSoon(GATHERED_MS, list.reload);
  useLive(({ event }) => {
    if (event === 'callback.updated' || event === 'reset') readSoon();
  });
  const items = list.value?.items ?? [];
  if (items.length === 0) return null;
  return (
    <table class="plain-table card-table destinations">
      <thead>
        <tr>
          <th>Destination</th>
          <th class="number">Pending</th>
          <th>Next try</th>
          <th class="number">Attempts</th>
          <th class="number">Failed</th>
          <th class="number">p50</th>
          <th class="number">p95</th>
          <th>Last error</th>
        </tr>
      </thead>
      <tbody>
        {items.map((one) => (
          <tr key={one.destination}>
            <td class="mono">{one.destination}</td>
            <td class="number">{one.pending > 0 ? <b class="warn">{one.pending}</b> : 0}</td>
            <td class="soft">{nextOf(one, now)}</td>
            <td class="number">{one.attempts}</td>
            <td class="number">{one.failures > 0 ? <b class="bad">{one.failures}</b> : 0}</td>
            <td class="number soft">{one.p50 === null ? '–' : durationText(one.p50)}</td>
            <td class="number soft">{one.p95 === null ? '–' : durationText(one.p95)}</td>
            <td>{one.last_error ?? ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function nextOf({ next_try: next }: Destination, now: number): string {
  const at = timeOf(next);
  return at === undefined ? '' : inText(at, now);
}
