import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useConsole, useLoaded } from '../../console-context.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Facts } from '../../parts/facts.tsx';
import { CopyButton, Problem } from '../../parts/texts.tsx';
import { type AnyResource, textOf } from './resource-kind.ts';

/** What `P/Clients/{sid}/Setup` says. */
interface Setup {
  readonly server: string;
  readonly port: number;
  readonly tls_port: number | null;
  readonly transports: readonly string[];
  readonly user: string;
  readonly realm: string;
  readonly srtp: string;
  readonly codecs: readonly string[];
}

/** What has to be typed into a phone of the client. */
export function ClientSetup({ client }: { readonly client: AnyResource }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="quiet" onClick={() => setOpen(true)}>
        Settings
      </button>
      {isOpen && (
        <Dialog title={`A phone of ${textOf(client['login'])}`} onClose={() => setOpen(false)}>
          <SetupCard sid={client.sid} />
        </Dialog>
      )}
    </>
  );
}

function SetupCard({ sid }: { readonly sid: string }): JSX.Element {
  const { api } = useConsole();
  const { value: setup, error } = useLoaded((signal) => api.get<Setup>(`/Clients/${sid}/Setup`, signal), sid);
  if (setup === undefined) return <Problem error={error} />;
  const { server, port, tls_port: tlsPort, transports, user, realm, srtp, codecs } = setup;
  const pairs: readonly (readonly [string, string])[] = [
    ['Server', server],
    ['Port', tlsPort === null ? String(port) : `${port}, with TLS ${tlsPort}`],
    ['Transport', transports.join(', ')],
    ['User name', user],
    ['Realm', realm],
    ['SRTP', srtp],
    ['Codecs', codecs.join(', ')],
  ];
  return (
    <>
      <Facts pairs={pairs} />
      <p class="soft">
        The password is the one that was given when the client was made; it is shown nowhere.
      </p>
      <CopyButton text={pairs.map(([name, value]) => `${name}: ${value}`).join('\n')}>Copy</CopyButton>
    </>
  );
}
