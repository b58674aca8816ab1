import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { qrText, type Setup, setupPairs, setupText } from '../../../data/setup-card.ts';
import { useConsole, useLoaded } from '../../console-context.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Facts } from '../../parts/facts.tsx';
import { QrCode } from '../../parts/qr-code.tsx';
import { CopyButton, Problem } from '../../parts/texts.tsx';
import { type AnyResource, textOf } from './resource-kind.ts';

/** What has to be typed into a phone of the client. */
export function ClientSetup({ client }: { readonly client: AnyResource }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="quiet" onClick={() => setOpen(true)}>
        Settings
      </button>
      {isOpen && <SetupDialog client={client} onClose={() => setOpen(false)} />}
    </>
  );
}

interface SetupDialogProps {
  readonly client: AnyResource;
  /** Known only to the browser in which it has just been given. */
  readonly password?: string;
  readonly onClose: () => void;
}

export function SetupDialog({ client, password, onClose }: SetupDialogProps): JSX.Element {
  const { api } = useConsole();
  const { sid } = client;
  const { value: setup, error } = useLoaded((signal) => api.get<Setup>(`/Clients/${sid}/Setup`, signal), sid);
  return (
    <Dialog title={`A phone of ${textOf(client['login'])}`} onClose={onClose}>
      {setup === undefined ? <Problem error={error} /> : <SetupCard setup={setup} password={password} />}
    </Dialog>
  );
}

interface SetupCardProps {
  readonly setup: Setup;
  readonly password: string | undefined;
}

function SetupCard({ setup, password }: SetupCardProps): JSX.Element {
  const [isShown, setShown] = useState(false);
  const shown = isShown ? password : undefined;
  const secret: readonly (readonly [string, string])[] =
    password === undefined ? [] : [['Password', shown ?? '••••••••']];
  return (
    <>
      <Facts pairs={[...setupPairs(setup), ...secret]} />
      <QrCode
        text={qrText(setup, shown)}
        label={`The settings as a QR code, ${shown === undefined ? 'without the password' : 'with the password'}`}
      />
      {password === undefined ? (
        <p class="soft">
          The password is the one that was given when the client was made; it is shown nowhere. The camera of
          a phone reads the rest from the code, as text to be copied.
        </p>
      ) : (
        <p class="soft">
          This is the only time that the password can be shown: Legwork does not keep it. The camera of a
          phone reads the code as text to be copied.
        </p>
      )}
      <div class="buttons">
        <CopyButton text={setupText(setup, shown)}>Copy</CopyButton>
        {password !== undefined && (
          <button type="button" aria-pressed={isShown} onClick={() => setShown(!isShown)}>
            {isShown ? 'Hide the password' : 'Show the password, and put it into the code'}
          </button>
        )}
      </div>
    </>
  );
}
