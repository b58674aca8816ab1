import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useConsole, useMayChange } from '../../console-context.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { fieldText } from '../../platform/forms.ts';
import { Problem } from '../../parts/texts.tsx';

interface Checked {
  readonly matches: boolean;
  readonly expected: string;
  readonly signed_string: string;
  readonly hints: readonly string[];
}

/** Says why an application server finds a signature wrong: the URL that it signs is not the one that was asked, most often. */
export function SignatureCheck(): JSX.Element | null {
  const { api } = useConsole();
  // It changes nothing, but it is a POST, and it tells a signature.
  const mayChange = useMayChange();
  const [isOpen, setOpen] = useState(false);
  const [checked, setChecked] = useState<Checked>();
  const [error, setError] = useState<unknown>();
  if (!mayChange) return null;
  const check = (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = event.currentTarget;
    const text = (name: string) => fieldText(form, name);
    const parameters = Object.fromEntries(new URLSearchParams(text('parameters')));
    setError(undefined);
    api
      .post<Checked>('/SignatureCheck', {
        Url: text('url'),
        Method: text('method'),
        Params: JSON.stringify(parameters),
        Signature: text('signature'),
      })
      .then(setChecked, setError);
  };
  return (
    <>
      <button type="button" class="quiet" onClick={() => setOpen(true)}>
        Check a signature
      </button>
      {isOpen && (
        <Dialog title="Check a signature" onClose={() => setOpen(false)} wide>
          <form class="form" onSubmit={check}>
            <label>
              URL, as your application server sees it
              <input name="url" required inputMode="url" />
            </label>
            <label>
              Method
              <select name="method">
                <option>POST</option>
                <option>GET</option>
              </select>
            </label>
            <label>
              Body, as it came (a=1&amp;b=2)
              <textarea name="parameters" rows={4} class="mono" />
            </label>
            <label>
              X-Twilio-Signature
              <input name="signature" class="mono" required />
            </label>
            <Problem error={error} />
            <button type="submit" class="main">
              Check
            </button>
          </form>
          {checked !== undefined && <Result checked={checked} />}
        </Dialog>
      )}
    </>
  );
}

function Result({ checked }: { readonly checked: Checked }): JSX.Element {
  return (
    <div role="status">
      <h3>{checked.matches ? 'The signature is right' : 'The signature is wrong'}</h3>
      <ul>
        {checked.hints.map((hint) => (
          <li key={hint}>{hint}</li>
        ))}
      </ul>
      <p class="soft">What is signed:</p>
      <pre class="signed" tabIndex={0}>
        {checked.signed_string}
      </pre>
    </div>
  );
}
