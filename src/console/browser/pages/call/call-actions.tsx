import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Call, CallFamily } from '../../../data/resources.ts';
import { useConsole, useMayChange } from '../../console-context.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { RcmlEditor } from '../../parts/rcml-editor.tsx';
import { findingWords, useFindings } from '../../parts/rcml.tsx';
import { Problem } from '../../parts/texts.tsx';
import { CallNote } from './call-note.tsx';

interface CallActionsProps {
  readonly family: CallFamily;
  readonly live: readonly Call[];
  readonly reload: () => void;
}

/** What can be done with a call: end it, give it another document, tell the application servers again. */
export function CallActions({ family, live, reload }: CallActionsProps): JSX.Element | null {
  const { api } = useConsole();
  const mayChange = useMayChange();
  const [asks, setAsks] = useState<'hang-up' | 'document' | 'mute'>();
  const [error, setError] = useState<unknown>();
  const failed = family.callbacks.filter(({ state }) => state === 'failed');
  const first = family.calls[0];
  if (!mayChange || first === undefined) return null;
  const replay = () => {
    Promise.all(failed.map(({ sid }) => api.post(`/Callbacks/${sid}`, { Replay: 'true' }))).then(
      reload,
      setError,
    );
  };
  const hangUp = () => {
    api.post(`/Calls/${first.sid}`, { Status: 'completed' }).then(() => {
      setAsks(undefined);
      reload();
    }, setError);
  };
  const close = () => {
    setAsks(undefined);
    setError(undefined);
  };
  return (
    <>
      {failed.length > 0 && (
        <button type="button" onClick={replay}>
          Replay {failed.length} failed
        </button>
      )}
      {live.some(({ status }) => status === 'in-progress') && (
        <>
          <button type="button" onClick={() => setAsks('mute')}>
            Mute
          </button>
          <button type="button" onClick={() => setAsks('document')}>
            New document
          </button>
        </>
      )}
      <CallNote call={first} reload={reload} />
      {live.length > 0 && (
        <button type="button" class="danger" onClick={() => setAsks('hang-up')}>
          Hang up
        </button>
      )}
      {asks === undefined && <Problem error={error} />}
      {asks === 'hang-up' && (
        <Dialog title="Hang up?" onClose={close}>
          <p>The call ends for everybody who is in it.</p>
          <Problem error={error} />
          <button type="button" class="danger" onClick={hangUp}>
            Hang up
          </button>
        </Dialog>
      )}
      {asks === 'mute' && <MuteDialog legs={live} onClose={close} />}
      {asks === 'document' && <NewDocument legs={live} onClose={close} onDone={reload} />}
    </>
  );
}

/** Who of a call is heard. */
function MuteDialog({ legs, onClose }: { readonly legs: readonly Call[]; readonly onClose: () => void }) {
  const { api } = useConsole();
  const [error, setError] = useState<unknown>();
  const mute = (sid: string, muted: boolean) => () => {
    api.post(`/Calls/${sid}`, { Mute: String(muted) }).then(() => setError(undefined), setError);
  };
  return (
    <Dialog title="Mute" onClose={onClose}>
      <Problem error={error} />
      {legs
        .filter(({ status }) => status === 'in-progress')
        .map(({ sid, from, to, direction }) => (
          <p key={sid} class="buttons">
            <bdi>{direction === 'inbound' ? from : to}</bdi>
            <button type="button" onClick={mute(sid, true)}>
              Mute
            </button>
            <button type="button" onClick={mute(sid, false)}>
              Unmute
            </button>
          </p>
        ))}
    </Dialog>
  );
}

const EXAMPLE = '<Response>\n  <Say>One moment, please.</Say>\n</Response>\n';

interface NewDocumentProps {
  readonly legs: readonly Call[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Gives a running leg another document, which the linter reads while it is written. */
function NewDocument({ legs, onClose, onDone }: NewDocumentProps): JSX.Element {
  const { api } = useConsole();
  const answered = legs.filter(({ status }) => status === 'in-progress');
  const [sid, setSid] = useState(answered[0]?.sid ?? '');
  const [text, setText] = useState(EXAMPLE);
  const [error, setError] = useState<unknown>();
  const findings = useFindings(text, undefined);
  const send = () => {
    api.post(`/Calls/${sid}`, { Rcml: text }).then(() => {
      onClose();
      onDone();
    }, setError);
  };
  return (
    <Dialog title="New document" onClose={onClose} wide>
      <p class="soft">Whatever the leg does now stops, and this document runs.</p>
      <label>
        Leg{' '}
        <select value={sid} onChange={({ currentTarget }) => setSid(currentTarget.value)}>
          {answered.map((leg) => (
            <option key={leg.sid} value={leg.sid}>
              {leg.from} → {leg.to}
            </option>
          ))}
        </select>
      </label>
      <RcmlEditor text={text} onChange={setText} />
      <p class="soft">{findingWords(findings)}</p>
      <Problem error={error} />
      <button type="button" class="main" onClick={send}>
        Run it
      </button>
    </Dialog>
  );
}
