import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { explanationOf } from '../../../data/error-words.ts';
import { useConsole, useMayChange } from '../../console-context.ts';
import { Link } from '../../parts/link.tsx';
import { SameByRest } from '../../parts/same-by-rest.tsx';
import { Choices } from '../../parts/tabs.tsx';
import { Empty, Problem as Refusal, Time } from '../../parts/texts.tsx';
import { useList } from '../use-list.ts';
import { Sparkline } from './sparkline.tsx';

/** The same mistake at the same place, as `P/Problems` shows it. */
interface Problem {
  readonly sid: string;
  readonly error_code: number;
  /** 0 an error, 1 a warning. */
  readonly log: number;
  readonly place: string | null;
  readonly message_text: string;
  readonly count: number;
  readonly date_first: string;
  readonly date_last: string;
  readonly per_hour: readonly number[];
  readonly call_sids: readonly string[];
  readonly state: State;
}

const STATES = ['new', 'seen', 'closed'] as const;
type State = (typeof STATES)[number];

/** What went wrong, the same mistake at the same place once. */
export function ProblemsPage(): JSX.Element {
  const [state, setState] = useState<State>('new');
  const below = `/Problems?State=${state}&PageSize=200`;
  const list = useList<Problem>({ below, key: 'problems', events: ['notification.created'] });
  return (
    <main>
      <header class="page-head">
        <h1>Problems</h1>
        <span class="soft">of the last seven days</span>
        <span class="right">
          <SameByRest below={below} />
        </span>
      </header>
      <div class="bar">
        <Choices label="State" among={STATES} chosen={state} choose={setState} />
      </div>
      <Refusal error={list.error} />
      {list.isLoaded && list.items.length === 0 && (
        <Empty title={state === 'new' ? 'Nothing new went wrong' : `No problem is ${state}`}>
          <p class="soft">
            Mistakes in RCML, documents that cannot be had and calls that cannot be placed are listed here.
          </p>
        </Empty>
      )}
      {list.items.map((problem) => (
        <ProblemCard key={problem.sid} problem={problem} reload={list.reload} />
      ))}
    </main>
  );
}

function ProblemCard({
  problem,
  reload,
}: {
  readonly problem: Problem;
  readonly reload: () => void;
}): JSX.Element {
  const { error_code: code, log, message_text: message, place, count } = problem;
  return (
    <details class="card group">
      <summary>
        <b class={log === 0 ? 'bad' : 'warn'}>
          {log === 0 ? '✕' : '▲'} {code}
        </b>
        <span class="group-message">
          {message}
          {place !== null && <span class="soft mono"> {place}</span>}
        </span>
        <Sparkline hours={problem.per_hour} />
        <span class="number">{count} ×</span>
        <span class="soft">
          <Time date={problem.date_last} />
        </span>
      </summary>
      <div class="group-body">
        <p>{explanationOf(code)}</p>
        <p class="soft">
          First <Time date={problem.date_first} />, last <Time date={problem.date_last} />.
        </p>
        <h3>Last calls</h3>
        <ul class="calls-of-group">
          {problem.call_sids.map((sid) => (
            <li key={sid}>
              <Link to={`/calls/${sid}`} class="mono">
                {sid}
              </Link>
            </li>
          ))}
        </ul>
        <StateButtons problem={problem} reload={reload} />
      </div>
    </details>
  );
}

/** A problem that was seen or closed is new again when it happens again. */
function StateButtons({ problem, reload }: { readonly problem: Problem; readonly reload: () => void }) {
  const { api } = useConsole();
  const mayChange = useMayChange();
  const [error, setError] = useState<unknown>();
  if (!mayChange) return null;
  const put = (state: State) => () => {
    api.post(`/Problems/${problem.sid}`, { State: state }).then(reload, setError);
  };
  return (
    <div class="buttons">
      <Refusal error={error} />
      {STATES.filter((state) => state !== problem.state).map((state) => (
        <button key={state} type="button" onClick={put(state)}>
          Mark as {state}
        </button>
      ))}
    </div>
  );
}
