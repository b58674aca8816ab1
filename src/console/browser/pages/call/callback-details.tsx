import type { JSX } from 'preact';
import { useContext, useState } from 'preact/hooks';
import type { Callback } from '../../../data/resources.ts';
import { durationText } from '../../../data/times.ts';
import { timingParts } from '../../../data/timing.ts';
import { ConsoleContext } from '../../console-context.ts';
import { Facts } from '../../parts/facts.tsx';
import { Problem, Sid, Status, Time } from '../../parts/texts.tsx';
import { Timing } from '../../parts/timing.tsx';

interface CallbackDetailsProps {
  readonly callback: Callback | undefined;
  /** Called when it has been sent again. */
  readonly reload?: () => void;
}

/** What became of a callback: each attempt, and the button that sends it again. */
export function CallbackDetails({ callback, reload }: CallbackDetailsProps): JSX.Element | null {
  if (callback === undefined) return null;
  return (
    <>
      <h3>Delivery</h3>
      <Facts
        pairs={[
          ['State', <Status key="state" status={callback.state} />],
          ...(callback.failure === null ? [] : [['Given up', callback.failure] as const]),
          ['I-Idempotency-Token', <Sid key="sid" sid={callback.sid} />],
        ]}
      />
      <Attempts attempts={callback.attempts} />
      <ReplayButton callback={callback} {...(reload === undefined ? {} : { reload })} />
    </>
  );
}

export function Attempts({ attempts }: Pick<Callback, 'attempts'>): JSX.Element {
  if (attempts.length === 0) return <p class="soft">Not tried yet.</p>;
  return (
    <table class="plain-table attempts">
      <thead>
        <tr>
          <th>Attempt</th>
          <th>Time</th>
          <th>Reply</th>
          <th class="number">Took</th>
        </tr>
      </thead>
      <tbody>
        {attempts.map((attempt, index) => (
          <AttemptRows
            key={index}
            attempt={attempt}
            number={index + 1}
            isLast={index === attempts.length - 1}
          />
        ))}
      </tbody>
    </table>
  );
}

interface AttemptRowsProps {
  readonly attempt: Callback['attempts'][number];
  readonly number: number;
  readonly isLast: boolean;
}

/** What came of an attempt, and where its time went: of the last one at once, of others when asked. */
function AttemptRows({ attempt, number, isLast }: AttemptRowsProps): JSX.Element {
  const isGood = attempt.error === null && (attempt.response_code ?? 0) < 300;
  const parts = timingParts(attempt.timing);
  return (
    <>
      <tr>
        <td>{number}</td>
        <td>
          <Time date={attempt.timestamp} exact />
        </td>
        <td class={isGood ? 'good' : 'bad'} title={attempt.response_body ?? ''}>
          {attempt.response_code ?? attempt.error ?? 'no reply'}
        </td>
        <td class="number soft">
          {attempt.request_duration === null ? '' : durationText(attempt.request_duration)}
        </td>
      </tr>
      {parts.length > 0 && (
        <tr class="time-of-attempt">
          <td colSpan={4}>
            <details open={isLast}>
              <summary>Where the time of attempt {number} went</summary>
              <Timing parts={parts} />
            </details>
          </td>
        </tr>
      )}
    </>
  );
}

/** Sends a callback again, with the same token. */
export function ReplayButton({
  callback,
  reload,
}: {
  readonly callback: Callback;
  readonly reload?: () => void;
}) {
  const known = useContext(ConsoleContext);
  const [error, setError] = useState<unknown>();
  const [isAsking, setAsking] = useState(false);
  if (known === undefined || known.session.access === 'read') return null;
  const replay = () => {
    setAsking(true);
    setError(undefined);
    known.api
      .post(`/Callbacks/${callback.sid}`, { Replay: 'true' })
      .then(() => reload?.(), setError)
      .finally(() => setAsking(false));
  };
  return (
    <>
      <Problem error={error} />
      <button type="button" class="main" disabled={isAsking} onClick={replay}>
        {isAsking ? 'Sending…' : 'Replay'}
      </button>
    </>
  );
}
