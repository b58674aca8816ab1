import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useConsole, useLoaded, useMayChange } from '../console-context.ts';
import { Problem, Time } from '../parts/texts.tsx';

/** A session as `P/Sessions` shows it. */
interface SignedIn {
  readonly sid: string;
  readonly access: 'read' | 'write';
  readonly date_created: string;
  readonly date_used: string;
  readonly date_expires: string;
}

/** Who has signed in to the console as this account; each but one's own can be ended here. */
export function Sessions(): JSX.Element {
  const { api, session } = useConsole();
  const mayChange = useMayChange();
  const { value, error, reload } = useLoaded(
    (signal) => api.all<SignedIn>('/Sessions', 'sessions', signal),
    'sessions',
  );
  const [failure, setFailure] = useState<unknown>();
  const end = (sid: string) => {
    setFailure(undefined);
    api.remove(`/Sessions/${sid}`).then(reload, setFailure);
  };
  return (
    <section>
      <h2>Sessions</h2>
      <Problem error={failure ?? error} />
      <table class="plain-table card-table" aria-label="Sessions">
        <thead>
          <tr>
            <th>Signed in</th>
            <th>Last used</th>
            <th>Ends</th>
            <th>May</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {(value ?? []).map((one) => (
            <tr key={one.sid}>
              <td class="when">
                <Time date={one.date_created} />
              </td>
              <td class="when">
                <Time date={one.date_used} />
              </td>
              <td class="when">
                <Time date={one.date_expires} />
              </td>
              <td>{one.access === 'read' ? 'read' : 'read and change'}</td>
              <td class="number when">
                <EndOrOwn isOwn={one.sid === session.sid} mayEnd={mayChange} onEnd={() => end(one.sid)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface EndOrOwnProps {
  readonly isOwn: boolean;
  readonly mayEnd: boolean;
  readonly onEnd: () => void;
}

function EndOrOwn({ isOwn, mayEnd, onEnd }: EndOrOwnProps): JSX.Element | null {
  if (isOwn) return <span class="soft">this one</span>;
  if (!mayEnd) return null;
  return (
    <button type="button" class="danger" onClick={onEnd}>
      End
    </button>
  );
}
