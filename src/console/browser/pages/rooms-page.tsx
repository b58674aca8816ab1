import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CONFERENCE, PARTICIPANT } from '../../../api/conferences/presenter.ts';
import type { Shown } from '../../../api/reply.ts';
import { useConsole, useLive, useLoaded, useMayChange } from '../console-context.ts';
import { Link } from '../parts/link.tsx';
import { SameByRest } from '../parts/same-by-rest.tsx';
import { Choices } from '../parts/tabs.tsx';
import { Empty, Problem, Sid, Status, Time } from '../parts/texts.tsx';
import { Queues, QUEUES_BELOW } from './queues.tsx';
import { useList } from './use-list.ts';

type Conference = Shown<typeof CONFERENCE>;
type Participant = Shown<typeof PARTICIPANT>;

const STATES = ['in-progress', 'init', 'completed'] as const;

const KINDS = ['conferences', 'queues'] as const;

/** Conferences and queues, with who is in them. */
export function RoomsPage(): JSX.Element {
  const [kind, setKind] = useState<(typeof KINDS)[number]>('conferences');
  const [state, setState] = useState<(typeof STATES)[number]>('in-progress');
  const below = kind === 'queues' ? QUEUES_BELOW : `/Conferences?Status=${state}&PageSize=100`;
  return (
    <main>
      <header class="page-head">
        <h1>Rooms</h1>
        <span class="right">
          <SameByRest below={below} />
        </span>
      </header>
      <div class="bar">
        <Choices label="Kind" among={KINDS} chosen={kind} choose={setKind} />
        {kind === 'conferences' && <Choices label="State" among={STATES} chosen={state} choose={setState} />}
      </div>
      {kind === 'queues' ? <Queues /> : <Conferences below={below} state={state} />}
    </main>
  );
}

interface ConferencesProps {
  readonly below: string;
  readonly state: Conference['status'];
}

function Conferences({ below, state }: ConferencesProps): JSX.Element {
  const list = useList<Conference>({ below, key: 'conferences', events: ['conference.updated'] });
  const shown = list.items.filter(({ status }) => status === state);
  return (
    <>
      <Problem error={list.error} />
      {list.isLoaded && shown.length === 0 && (
        <Empty title="No conference is like this">
          <p>
            A conference begins with the first leg that comes to{' '}
            <code>{'<Dial><Conference>room</Conference></Dial>'}</code>.
          </p>
        </Empty>
      )}
      {shown.map((conference) => (
        <section key={conference.sid} class="card room">
          <header>
            <h2>{conference.friendly_name}</h2>
            <span class="soft">
              <Status status={conference.status} /> · since <Time date={conference.date_created} /> ·{' '}
              <Sid sid={conference.sid} />
            </span>
          </header>
          {conference.status !== 'completed' && <Participants sid={conference.sid} />}
        </section>
      ))}
    </>
  );
}

function Participants({ sid }: { readonly sid: string }): JSX.Element {
  const { api } = useConsole();
  const mayChange = useMayChange();
  const path = `/Conferences/${sid}/Participants`;
  const list = useLoaded((signal) => api.list<Participant>(path, 'participants', signal), path);
  const [error, setError] = useState<unknown>();
  useLive(({ event, data }) => {
    const isOurs = (data as Partial<Participant> | undefined)?.conference_sid === sid;
    if (event === 'participant.updated' && isOurs) list.reload();
  });
  const change = (callSid: string, form: Readonly<Record<string, string>>) => () => {
    api.post(`${path}/${callSid}`, form).then(list.reload, setError);
  };
  const kick = (callSid: string) => () => {
    api.remove(`${path}/${callSid}`).then(list.reload, setError);
  };
  return (
    <>
      <Problem error={error ?? list.error} />
      <ul class="participants">
        {list.value?.items.map(({ call_sid: callSid, muted, hold }) => (
          <li key={callSid}>
            <Link to={`/calls/${callSid}`}>
              <Sid sid={callSid} />
            </Link>
            {mayChange && (
              <span class="right">
                <button
                  type="button"
                  aria-pressed={muted}
                  onClick={change(callSid, { Muted: String(!muted) })}
                >
                  Mute
                </button>
                <button type="button" aria-pressed={hold} onClick={change(callSid, { Hold: String(!hold) })}>
                  Hold
                </button>
                <button type="button" onClick={kick(callSid)}>
                  Take out
                </button>
              </span>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
