import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Call } from '../../../data/resources.ts';
import { useConsole, useLoaded } from '../../console-context.ts';
import { Link } from '../../parts/link.tsx';
import { Problem } from '../../parts/texts.tsx';
import { pagePhone, type PhoneState, type PhoneToken } from '../../browser-phone/page-phone.ts';
import { every } from '../../platform/clock.ts';

interface Client {
  readonly sid: string;
  readonly login: string;
  readonly status: number;
}

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];
const LEVEL_EACH_MS = 100;
/** Long enough to try something, and little for whoever finds it. */
const TOKEN_S = '600';

const WORDS: Readonly<Record<PhoneState['phase'], string>> = {
  off: 'This browser is no phone yet.',
  connecting: 'Connecting …',
  ready: 'Ready.',
  calling: 'Calling …',
  talking: 'Talking.',
};

/** Makes this browser a phone of a client: to run the document here, or to call what a phone could call. */
export function PhonePanel({ document }: { readonly document: string }): JSX.Element {
  const { api } = useConsole();
  const state = usePhone();
  const clients = useLoaded(
    (signal) => api.list<Client>('/Clients?PageSize=1000', 'clients', signal),
    'clients',
  );
  const usable = (clients.value?.items ?? []).filter(({ status }) => status === 1);
  const [chosen, setChosen] = useState<string>();
  const client = usable.find(({ sid }) => sid === chosen) ?? usable[0];
  const [target, setTarget] = useState('1000');
  const [callSid, setCallSid] = useState<string>();
  const [error, setError] = useState<unknown>();
  const isFree = state.phase === 'off' || state.phase === 'ready';

  const asPhone = async ({ sid, login }: Client) => {
    if (pagePhone.state.phase === 'ready' && pagePhone.state.login === login) return;
    const form = { Ttl: TOKEN_S, Label: 'Console, Try it' };
    await pagePhone.register(login, await api.post<PhoneToken>(`/Clients/${sid}/Tokens`, form));
  };
  const run = (act: (client: Client) => Promise<void>) => {
    if (client === undefined) return;
    setError(undefined);
    setCallSid(undefined);
    asPhone(client)
      .then(() => act(client))
      .catch(setError);
  };
  const runHere = () =>
    run(async ({ login }) => {
      const form = { From: 'legwork', To: `client:${login}`, Rcml: document };
      setCallSid((await api.post<Call>('/Calls', form)).sid);
    });
  const dial = () =>
    run(async ({ login }) => {
      pagePhone.dial(target);
      const query = new URLSearchParams({ From: login, PageSize: '1' });
      await untilTalking();
      const { items } = await api.list<Call>(`/Calls?${query}`, 'calls');
      setCallSid(items[0]?.sid);
    });

  if (clients.value !== undefined && client === undefined) {
    return <p class="soft">To call from this browser, make a client first: the browser becomes its phone.</p>;
  }
  return (
    <section class="form try phone">
      <label>
        Client
        <select
          value={client?.sid}
          disabled={!isFree}
          onChange={({ currentTarget }) => setChosen(currentTarget.value)}
        >
          {usable.map(({ sid, login }) => (
            <option key={sid} value={sid}>
              {login}
            </option>
          ))}
        </select>
      </label>
      <div class="bar">
        <button type="button" class="main" disabled={!isFree || client === undefined} onClick={runHere}>
          Run the document here
        </button>
        <input
          value={target}
          aria-label="Number to dial"
          onInput={({ currentTarget }) => setTarget(currentTarget.value)}
        />
        <button type="button" disabled={!isFree || client === undefined || target === ''} onClick={dial}>
          Dial
        </button>
        {!isFree && (
          <button type="button" onClick={() => pagePhone.hangUp()}>
            Hang up
          </button>
        )}
        {state.phase === 'ready' && (
          <button type="button" onClick={() => pagePhone.stop()}>
            Be no phone any more
          </button>
        )}
      </div>
      <p class="soft" role="status">
        {state.login === undefined ? '' : `${state.login}: `}
        {WORDS[state.phase]} {state.words ?? ''}{' '}
        {callSid !== undefined && <Link to={`/calls/${callSid}`}>Show the ladder</Link>}
      </p>
      {state.phase === 'talking' && <Talk />}
      <Problem error={error} />
    </section>
  );
}

/** The keys, and how loud both sides are. */
function Talk(): JSX.Element {
  const [levels, setLevels] = useState({ own: 0, theirs: 0 });
  useEffect(() => every(LEVEL_EACH_MS, () => setLevels(pagePhone.levels())), []);
  return (
    <>
      <div class="keys">
        {KEYS.map((key) => (
          <button key={key} type="button" onClick={() => pagePhone.press(key)}>
            {key}
          </button>
        ))}
      </div>
      <div class="levels">
        <label>
          You
          <meter value={levels.own} min={0} max={1} />
        </label>
        <label>
          They
          <meter value={levels.theirs} min={0} max={1} />
        </label>
      </div>
    </>
  );
}

function usePhone(): PhoneState {
  const [state, setState] = useState(pagePhone.state);
  useEffect(() => pagePhone.onChange(() => setState(pagePhone.state)), []);
  return state;
}

/** Resolves when the call has been answered, or is over. */
function untilTalking(): Promise<void> {
  return new Promise((resolve) => {
    const stop = pagePhone.onChange(() => {
      if (pagePhone.state.phase === 'calling') return;
      stop();
      resolve();
    });
  });
}
