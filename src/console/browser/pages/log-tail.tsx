import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { pairsOf } from '../../data/curl.ts';
import { exactClockText, utcText } from '../../data/times.ts';
import { useConsole, useLoaded, useNow } from '../console-context.ts';
import { SameByRest } from '../parts/same-by-rest.tsx';
import { Problem } from '../parts/texts.tsx';

/** A line as `P/Log` shows it. */
interface LogLine {
  readonly n: number;
  readonly time_ms: number;
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface Log {
  readonly lines: readonly LogLine[];
}

const LEVELS = ['error', 'warn', 'info', 'debug'] as const;
const READ_EACH_MS = 5_000;
const LINES = 200;

/** The last lines of the log, for the first account; for others there is nothing. */
export function LogTail(): JSX.Element | null {
  const { api } = useConsole();
  const [level, setLevel] = useState<string>('warn');
  const [isHeld, setHeld] = useState(false);
  const tick = Math.floor(useNow(READ_EACH_MS, !isHeld) / READ_EACH_MS);
  const below = `/Log?Level=${level}&PageSize=${LINES}`;
  const read = useLoaded((signal) => api.get<Log>(below, signal), `log ${level} ${tick}`);
  const [last, setLast] = useState<Log>();
  const log = read.value ?? last;
  if (read.value !== undefined && read.value !== last) setLast(read.value);
  if (read.error?.status === 404) return null;
  return (
    <section class="card padded" aria-label="Log">
      <h2>Log</h2>
      <div class="bar">
        <label>
          From{' '}
          <select value={level} onChange={(event) => setLevel(event.currentTarget.value)}>
            {LEVELS.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>{' '}
          on
        </label>
        <button type="button" class="quiet" aria-pressed={isHeld} onClick={() => setHeld(!isHeld)}>
          {isHeld ? 'Go on' : 'Hold'}
        </button>
        <SameByRest below={below} />
      </div>
      <Problem error={read.error} />
      {log !== undefined &&
        (log.lines.length === 0 ? (
          <p class="soft">Nothing of this level since Legwork was started.</p>
        ) : (
          <ol class="log-lines" tabIndex={0} aria-label="Lines of the log, the newest first">
            {log.lines.toReversed().map((line) => (
              <Line key={line.n} line={line} />
            ))}
          </ol>
        ))}
      <p class="soft">
        The last lines of this process, without tokens, passwords and digits. What LOG_LEVEL leaves out is not
        here.
      </p>
    </section>
  );
}

const TONES: Readonly<Record<string, string>> = { warn: 'warn', error: 'bad', fatal: 'bad' };

function Line({ line: { time_ms: at, level, message, fields } }: { readonly line: LogLine }): JSX.Element {
  return (
    <li>
      <time title={utcText(at)}>{exactClockText(at)}</time>{' '}
      <span class={TONES[level] ?? 'soft'}>{level}</span> {message}
      {pairsOf(fields).map(([name, value], index) => (
        <span key={`${name} ${index}`} class="soft">
          {' '}
          {name}={value}
        </span>
      ))}
    </li>
  );
}
