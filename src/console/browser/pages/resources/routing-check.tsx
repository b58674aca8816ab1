import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useConsole, useMayChange } from '../../console-context.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Link } from '../../parts/link.tsx';
import { fieldText } from '../../platform/forms.ts';
import { Problem } from '../../parts/texts.tsx';

/** What would become of a call, as `P/Routing` says it. */
interface Routing {
  readonly outcome: 'document' | 'dial' | 'refused';
  readonly steps: readonly string[];
}

const OUTCOMES: Readonly<Record<Routing['outcome'], string>> = {
  document: 'Its document would be asked for',
  dial: 'It would be dialled',
  refused: 'It would be refused',
};

/** Explains what would happen if somebody dialled a number, without a call. */
export function RoutingCheck(): JSX.Element | null {
  const { api } = useConsole();
  const mayChange = useMayChange();
  const [isOpen, setOpen] = useState(false);
  const [found, setFound] = useState<Routing>();
  const [error, setError] = useState<unknown>();
  if (!mayChange) return null;
  const ask = (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const [to, from] = [fieldText(event.currentTarget, 'to'), fieldText(event.currentTarget, 'from')];
    setError(undefined);
    api
      .post<Routing>('/Routing', { To: to, ...(from === '' ? {} : { From: from }) })
      .then(setFound, (failure: unknown) => {
        setFound(undefined);
        setError(failure);
      });
  };
  return (
    <>
      <button type="button" class="quiet" onClick={() => setOpen(true)}>
        What would a number do?
      </button>
      {isOpen && (
        <Dialog title="What would a number do?" onClose={() => setOpen(false)}>
          <form class="form" onSubmit={ask}>
            <label>
              Dialled
              <input name="to" required placeholder="1000, client:bob, +15551234567" />
            </label>
            <label>
              <span>
                By{' '}
                <span class="soft">· client:alice, or a number that comes by a trunk; empty: over REST</span>
              </span>
              <input name="from" />
            </label>
            <Problem error={error} />
            <button type="submit" class="main">
              Ask
            </button>
          </form>
          {found !== undefined && (
            <div role="status">
              <h3>{OUTCOMES[found.outcome]}</h3>
              <ol>
                {found.steps.map((step) => (
                  <li key={step}>{step}</li>
                ))}
              </ol>
              <Link to="/try">Try it with a call</Link>
            </div>
          )}
        </Dialog>
      )}
    </>
  );
}
