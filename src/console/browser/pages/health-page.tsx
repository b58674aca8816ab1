import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { pairsOf } from '../../data/curl.ts';
import { useConsole, useLive, useLoaded, useNow } from '../console-context.ts';
import { Facts } from '../parts/facts.tsx';
import { Problem, Status } from '../parts/texts.tsx';
import { ApiFailure } from '../platform/api.ts';
import { Doctor } from './doctor.tsx';
import { HealthCharts } from './health-charts.tsx';
import { LogTail } from './log-tail.tsx';

type Health = Readonly<Record<string, unknown>>;

const READ_EACH_MS = 5000;

/** Whether everything runs, as `GET /health` says it. */
export function HealthPage(): JSX.Element {
  const { session } = useConsole();
  const tick = Math.floor(useNow(READ_EACH_MS) / READ_EACH_MS);
  const read = useLoaded(readHealth, `health ${tick}`);
  const [last, setLast] = useState<Health>();
  useLive(({ event, data }) => {
    if (event === 'health') setLast(data as Health);
  });
  const health = read.value ?? last;
  if (read.value !== undefined && read.value !== last) setLast(read.value);
  return (
    <main>
      <header class="page-head">
        <h1>Health</h1>
        <span class="soft">Legwork {session.version}</span>
      </header>
      <Problem error={health === undefined ? read.error : undefined} />
      {health !== undefined && (
        <section class="card padded">
          <Facts
            pairs={['status', 'asterisk', 'sip', 'database'].map((name) => [
              name,
              <Status key={name} status={health[name] === 'up' ? 'active' : textOf(health[name])} />,
            ])}
          />
          <h2>Facts</h2>
          <Facts pairs={pairsOf(health)} />
        </section>
      )}
      <HealthCharts />
      <Doctor />
      <LogTail />
      <p class="soft">
        For Prometheus: <a href="/metrics">/metrics</a>. The API: <a href="/docs">/docs</a>.
      </p>
    </main>
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : 'unknown';
}

/** 503 has the same facts, and says which of them is down. */
async function readHealth(signal: AbortSignal): Promise<Health> {
  const response = await fetch('/health', { signal, headers: { Accept: 'application/json' } });
  if (response.status !== 200 && response.status !== 503)
    throw new ApiFailure(response.status, 'Legwork does not answer.');
  return (await response.json()) as Health;
}
