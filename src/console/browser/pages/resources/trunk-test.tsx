import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useConsole, useMayChange } from '../../console-context.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Problem } from '../../parts/texts.tsx';
import { type AnyResource, textOf } from './resource-kind.ts';

/** What `P/SipTrunks/{sid}/Test` says. */
interface Tested {
  readonly result: 'answered' | 'silent' | 'unreachable' | 'not-sent';
  readonly sip_status: number | null;
  readonly sip_reason: string | null;
  readonly server: string | null;
  readonly duration_ms: number | null;
  readonly reachable: boolean | null;
  readonly text: string;
  readonly remedy: string | null;
}

/** Sends OPTIONS to a trunk, and shows what came back. */
export function TrunkTest({ trunk }: { readonly trunk: AnyResource }): JSX.Element | null {
  const { api } = useConsole();
  const mayChange = useMayChange();
  const [isOpen, setOpen] = useState(false);
  const [isRunning, setRunning] = useState(false);
  const [tested, setTested] = useState<Tested>();
  const [error, setError] = useState<unknown>();
  if (!mayChange) return null;
  const test = () => {
    setOpen(true);
    setRunning(true);
    setTested(undefined);
    setError(undefined);
    api
      .post<Tested>(`/SipTrunks/${trunk.sid}/Test`, {})
      .then(setTested, setError)
      .finally(() => setRunning(false));
  };
  return (
    <>
      <button type="button" class="quiet" onClick={test}>
        Test
      </button>
      {isOpen && (
        <Dialog title={`Test of ${textOf(trunk['friendly_name'])}`} onClose={() => setOpen(false)}>
          <div role="status">
            {isRunning && <p>Sending OPTIONS …</p>}
            {tested !== undefined && <Result tested={tested} />}
          </div>
          <Problem error={error} />
          <button type="button" class="main" disabled={isRunning} onClick={test}>
            Test again
          </button>
        </Dialog>
      )}
    </>
  );
}

function Result({ tested }: { readonly tested: Tested }): JSX.Element {
  const { result, sip_status: code, sip_reason: reason, server, duration_ms: ms, reachable } = tested;
  const isFine = result === 'answered' && code !== null && code < 300;
  return (
    <>
      <p class={isFine ? 'good' : result === 'answered' ? 'warn' : 'bad'}>
        {isFine ? '✓' : result === 'answered' ? '▲' : '✕'} {tested.text}
      </p>
      {tested.remedy !== null && <p>{tested.remedy}</p>}
      <Facts
        pairs={[
          ['Answer', code === null ? 'none' : `${code} ${reason ?? ''}`],
          ['Time', ms === null ? '–' : `${ms} ms`],
          ['It calls itself', server ?? '–'],
          ['Asterisk finds it', reachable === null ? 'unknown' : reachable ? 'reachable' : 'not reachable'],
        ]}
      />
      <p class="soft">
        Sent from Legwork’s machine. Asterisk asks each trunk the same every 15 s, and calls go by what it
        finds.
      </p>
    </>
  );
}
