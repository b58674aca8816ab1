import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { callbackWords } from '../../../data/reply-words.ts';
import { CALLBACK_FILTERS, filterOf, queryOf, withFilter } from '../../../data/filter-query.ts';
import { pathOf, hostOf } from '../../../data/http-link.ts';
import type { Callback } from '../../../data/resources.ts';
import { useLive } from '../../console-context.ts';
import { useKeys } from '../../keys.tsx';
import { SameByRest } from '../../parts/same-by-rest.tsx';
import { Choices } from '../../parts/tabs.tsx';
import { Empty, Problem, Status, Time } from '../../parts/texts.tsx';
import { type Place, replacePlace } from '../../platform/location.ts';
import { useList } from '../use-list.ts';
import { CallbackPanel } from './callback-panel.tsx';
import { Destinations } from './destinations.tsx';
import { ReplayAll } from './replay-all.tsx';
import { SignatureCheck } from './signature-check.tsx';

const STATES = ['failed', 'pending', 'delivered'] as const;
type State = (typeof STATES)[number];
const WORDS: Readonly<Record<State, string>> = {
  failed: 'Failed',
  pending: 'Pending',
  delivered: 'Delivered',
};

/** What application servers were told, and what could not be told. */
export function CallbacksPage({ place }: { readonly place: Place }): JSX.Element {
  const filter = filterOf(place.query, CALLBACK_FILTERS);
  const state = STATES.find((one) => one === filter['State']) ?? 'failed';
  const asked = withFilter(filter, 'State', state);
  const below = `/Callbacks${queryOf(asked, CALLBACK_FILTERS)}`;
  const list = useList<Callback>({
    below: `${below}&PageSize=100`,
    key: 'callbacks',
    events: ['callback.updated'],
  });
  const [callback, setCallback] = useSelected();
  const selected = callback?.sid;
  // What was replayed, or delivered meanwhile, has left this tab.
  const shown = list.items.filter((one) => one.state === state);
  const change = (name: string, value: string) => {
    setCallback(undefined);
    replacePlace({ query: queryOf(withFilter(asked, name, value), CALLBACK_FILTERS) });
  };
  useKeys((key) => {
    const at = shown.findIndex(({ sid }) => sid === selected);
    if (key === 'j') setCallback(shown[Math.min(shown.length - 1, at + 1)]);
    if (key === 'k') setCallback(shown[Math.max(0, at - 1)]);
    if (key === 'Escape') setCallback(undefined);
  });
  return (
    <div class={callback === undefined ? 'with-panel closed' : 'with-panel'}>
      <main>
        <header class="page-head">
          <h1>Callbacks</h1>
          <span class="right">
            <SignatureCheck />
            <SameByRest below={below} />
          </span>
        </header>
        <Destinations />
        <div class="bar">
          <Choices
            label="State"
            among={STATES}
            chosen={state}
            choose={(one) => change('State', one)}
            words={(one) => WORDS[one]}
          />
          {filter['Url'] !== undefined && (
            <button type="button" class="chip" onClick={() => change('Url', '')}>
              {filter['Url']} ✕
            </button>
          )}
          {filter['CallSid'] !== undefined && (
            <button type="button" class="chip" onClick={() => change('CallSid', '')}>
              {filter['CallSid'].slice(0, 10)}… ✕
            </button>
          )}
          <span class="right">
            {state === 'failed' && <ReplayAll filter={asked} count={shown.length} onDone={list.reload} />}
          </span>
        </div>
        <Problem error={list.error} />
        {list.isLoaded && shown.length === 0 ? (
          <NoCallbacks state={state} />
        ) : (
          <CallbackTable callbacks={shown} selected={selected} onSelect={setCallback} />
        )}
        {list.hasMore && (
          <button type="button" onClick={list.loadMore}>
            More
          </button>
        )}
      </main>
      {callback !== undefined && (
        <CallbackPanel callback={callback} reload={list.reload} onClose={() => setCallback(undefined)} />
      )}
    </div>
  );
}

/** The callback whose details are shown, as it is now, also when it is no longer in the list. */
function useSelected() {
  const [callback, setCallback] = useState<Callback>();
  useLive(({ event, data }) => {
    const newer = event === 'callback.updated' ? (data as Callback) : undefined;
    if (newer !== undefined && newer.sid === callback?.sid) setCallback(newer);
  });
  return [callback, setCallback] as const;
}

interface TableProps {
  readonly callbacks: readonly Callback[];
  readonly selected: string | undefined;
  readonly onSelect: (callback: Callback) => void;
}

function CallbackTable({ callbacks, selected, onSelect }: TableProps): JSX.Element {
  return (
    <table class="plain-table card-table">
      <thead>
        <tr>
          <th>Time</th>
          <th>What</th>
          <th>To</th>
          <th>State</th>
          <th class="number">Attempts</th>
          <th>Last reply</th>
        </tr>
      </thead>
      <tbody>
        {callbacks.map((callback) => {
          const last = callback.attempts.at(-1);
          const isSelected = callback.sid === selected;
          return (
            <tr key={callback.sid} class={isSelected ? 'selected' : ''} onClick={() => onSelect(callback)}>
              <td>
                <Time date={callback.date_created} />
              </td>
              <td>
                <button
                  type="button"
                  class="line-link"
                  aria-pressed={isSelected}
                  onClick={() => onSelect(callback)}
                >
                  {wordsOf(callback)}
                </button>
              </td>
              <td class="mono">
                {hostOf(callback.url)}
                <span class="soft">{pathOf(callback.url)}</span>
              </td>
              <td>
                <Status status={callback.state} />
              </td>
              <td class="number">{callback.attempts.length}</td>
              <td>{last?.response_code ?? last?.error ?? '–'}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function wordsOf({ parameters, url, method }: Callback): string {
  return callbackWords({ request: { url, method, parameters } });
}

function NoCallbacks({ state }: { readonly state: State }): JSX.Element {
  const words: Readonly<Record<State, string>> = {
    failed: 'Every callback could be delivered',
    pending: 'Nobody waits for a callback',
    delivered: 'No callback has been delivered yet',
  };
  return (
    <Empty title={words[state]}>
      <p class="soft">
        A callback is asked for by <code>StatusCallback</code> of a number, a client or a call, and by{' '}
        <code>statusCallback</code> of a noun in RCML.
      </p>
    </Empty>
  );
}
