import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { QUEUE, QUEUE_MEMBER } from '../../../api/queues/presenter.ts';
import type { Shown } from '../../../api/reply.ts';
import { documentTo } from '../../data/document-to.ts';
import { useConsole, useLive, useLoaded, useMayChange } from '../console-context.ts';
import { Link } from '../parts/link.tsx';
import { Empty, Problem, Sid, Time } from '../parts/texts.tsx';
import { useList } from './use-list.ts';

type Queue = Shown<typeof QUEUE>;
type Member = Shown<typeof QUEUE_MEMBER>;

export const QUEUES_BELOW = '/Queues?PageSize=100';

/** Queues, with who waits in them. */
export function Queues(): JSX.Element {
  const list = useList<Queue>({ below: QUEUES_BELOW, key: 'queues', events: ['queue.updated'] });
  return (
    <>
      <Problem error={list.error} />
      {list.isLoaded && list.items.length === 0 && (
        <Empty title="There is no queue">
          <p>
            The first call that comes to <code>{'<Enqueue>support</Enqueue>'}</code> makes one.
          </p>
        </Empty>
      )}
      {list.items.map((queue) => (
        <section key={queue.sid} class="card room">
          <header>
            <h2>{queue.friendly_name}</h2>
            <span class="soft">
              {queue.current_size} of {queue.max_size} wait
              {queue.current_size === 0 ? '' : `, ${queue.average_wait_time} s on average`} ·{' '}
              <Sid sid={queue.sid} />
            </span>
          </header>
          {queue.current_size > 0 && <Members sid={queue.sid} />}
        </section>
      ))}
    </>
  );
}

function Members({ sid }: { readonly sid: string }): JSX.Element {
  const { api } = useConsole();
  const mayChange = useMayChange();
  const path = `/Queues/${sid}/Members`;
  const list = useLoaded((signal) => api.list<Member>(path, 'queue_members', signal), path);
  const [error, setError] = useState<unknown>();
  const [target, setTarget] = useState('');
  useLive(({ event, data }) => {
    if (event === 'queue.updated' && (data as Partial<Queue> | undefined)?.sid === sid) list.reload();
  });
  const done = (work: Promise<unknown>) => {
    setError(undefined);
    work.then(list.reload, setError);
  };
  const take = (member: string) => () => done(api.post(`${path}/${member}`, documentTo(target)));
  return (
    <>
      <Problem error={error ?? list.error} />
      {mayChange && (
        <label class="bar">
          Take to{' '}
          <input
            value={target}
            placeholder="client:bob, a number, sip:… or a URL"
            onInput={({ currentTarget }) => setTarget(currentTarget.value)}
          />
          <button type="button" disabled={target.trim() === ''} onClick={take('Front')}>
            Take the first
          </button>
        </label>
      )}
      <ol class="participants">
        {list.value?.items.map(({ call_sid: callSid, date_enqueued: date }) => (
          <li key={callSid}>
            <Link to={`/calls/${callSid}`}>
              <Sid sid={callSid} />
            </Link>{' '}
            <span class="soft">
              since <Time date={date} />
            </span>
            {mayChange && (
              <span class="right">
                <button type="button" disabled={target.trim() === ''} onClick={take(callSid)}>
                  Take
                </button>
                <button type="button" onClick={() => done(api.remove(`${path}/${callSid}`))}>
                  Let it leave
                </button>
              </span>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}
