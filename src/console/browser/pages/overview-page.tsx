import type { ComponentChildren, JSX } from 'preact';
import { durationText } from '../../data/times.ts';
import { Link } from '../parts/link.tsx';
import { SameByRest } from '../parts/same-by-rest.tsx';
import { liveCalls, problemCount, type Stats } from '../stats.ts';

/** How it goes right now; each number leads to what it counts. */
export function OverviewPage({ stats }: { readonly stats: Stats | undefined }): JSX.Element {
  return (
    <main>
      <header class="page-head">
        <h1>Overview</h1>
        <span class="right">
          <SameByRest below="/Stats" />
        </span>
      </header>
      {stats === undefined ? <p class="soft">Reading…</p> : <Tiles stats={stats} />}
    </main>
  );
}

function Tiles({ stats }: { readonly stats: Stats }): JSX.Element {
  const { calls, callbacks, clients } = stats;
  const rate =
    stats.calls_ended === 0 ? '–' : `${Math.round((stats.calls_answered / stats.calls_ended) * 100)} %`;
  return (
    <div class="tiles">
      <Tile to="/calls?Status=in-progress" name="Calls now" value={liveCalls(stats)}>
        {calls.ringing} ringing, {calls.in_progress} in progress
      </Tile>
      <Tile to="/calls" name="Calls in the last minute" value={stats.calls_last_minute} />
      <Tile to="/calls?Status=completed" name="Answered" value={rate}>
        {stats.calls_answered} of {stats.calls_ended} that ended in 5 minutes
      </Tile>
      <Tile
        to="/problems"
        name="Documents, 95 %"
        value={stats.document_p95 === null ? '–' : durationText(stats.document_p95)}
        tone={(stats.document_p95 ?? 0) > 1000 ? 'warn' : ''}
      >
        from request to reply
      </Tile>
      <Tile
        to="/callbacks?State=pending"
        name="Callbacks pending"
        value={callbacks.pending}
        tone={(callbacks.oldest_s ?? 0) > 60 ? 'warn' : ''}
      >
        {callbacks.oldest_s === null || callbacks.pending === 0
          ? 'nobody waits'
          : `the oldest for ${durationText(callbacks.oldest_s * 1000)}`}
      </Tile>
      <Tile
        to="/problems"
        name="Problems of the last hour"
        value={problemCount(stats)}
        tone={problemCount(stats) > 0 ? 'bad' : ''}
      >
        {stats.problems
          .slice(0, 3)
          .map(({ error_code: code, count }) => `${code} (${count} ×)`)
          .join(', ')}
      </Tile>
      <Tile to="/clients" name="Clients registered" value={clients.registered ?? '–'}>
        of {clients.total}
      </Tile>
      <Tile to="/health" name="Asterisk" value={stats.asterisk} tone={stats.asterisk === 'up' ? '' : 'bad'} />
    </div>
  );
}

interface TileProps {
  readonly to: string;
  readonly name: string;
  readonly value: string | number;
  readonly tone?: string;
  readonly children?: ComponentChildren;
}

function Tile({ to, name, value, tone = '', children }: TileProps): JSX.Element {
  return (
    <Link to={to} class="tile">
      <span class="tile-name">{name}</span>
      <b class={tone}>{value}</b>
      <span class="soft">{children}</span>
    </Link>
  );
}
