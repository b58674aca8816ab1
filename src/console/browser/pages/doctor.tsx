import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useConsole } from '../console-context.ts';
import { Problem } from '../parts/texts.tsx';
import { ApiFailure } from '../platform/api.ts';

/** What `P/Doctor` says. */
interface Report {
  readonly ok: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly text: string;
    readonly remedy: string | null;
  }[];
}

/** What is wrong with the installation, and what to do about it, when somebody asks. */
export function Doctor(): JSX.Element {
  const { api } = useConsole();
  const [report, setReport] = useState<Report>();
  const [error, setError] = useState<unknown>();
  const [isLooking, setLooking] = useState(false);
  const look = () => {
    setLooking(true);
    setError(undefined);
    api
      .get<Report>('/Doctor')
      .then(setReport, setError)
      .finally(() => setLooking(false));
  };
  const isOther = error instanceof ApiFailure && error.status === 404;
  return (
    <section class="card padded" aria-label="Doctor">
      <h2>Doctor</h2>
      <button type="button" onClick={look} disabled={isLooking}>
        {isLooking ? 'Looking…' : 'Examine this installation'}
      </button>
      {isOther ? (
        <p class="soft">
          Only the first account of an installation may ask, because it is about the machine.
        </p>
      ) : (
        <Problem error={error} />
      )}
      {report !== undefined && (
        <ul class="checks" role="status">
          {report.checks.map(({ name, ok, text, remedy }) => (
            <li key={name}>
              <span class={ok ? 'status good' : 'status bad'}>
                <span aria-hidden="true">{ok ? '✓' : '✕'}</span> {name}
              </span>{' '}
              {text}
              {remedy !== null && <p class="soft">{remedy}</p>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
