import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { restCurl } from '../../data/curl.ts';
import { useConsole } from '../console-context.ts';
import { Dialog } from './dialog.tsx';
import { Command, Problem } from './texts.tsx';

/** "as curl" and "as JSON" of what a page shows: how a program gets the same. */
export function SameByRest({ below }: { readonly below: string }): JSX.Element {
  const { api } = useConsole();
  const [shown, setShown] = useState<'curl' | 'json'>();
  const [json, setJson] = useState<string>();
  const [error, setError] = useState<unknown>();
  const showJson = () => {
    setShown('json');
    setJson(undefined);
    setError(undefined);
    api.get<unknown>(below).then((value) => setJson(JSON.stringify(value, undefined, 2)), setError);
  };
  const close = () => setShown(undefined);
  return (
    <span class="same">
      <button type="button" class="quiet" onClick={() => setShown('curl')}>
        as curl
      </button>
      <button type="button" class="quiet" onClick={showJson}>
        as JSON
      </button>
      {shown === 'curl' && (
        <Dialog title="The same with curl" onClose={close}>
          <Command text={restCurl({ method: 'GET', url: api.url(below) })} />
        </Dialog>
      )}
      {shown === 'json' && (
        <Dialog title="The same as JSON" onClose={close} wide>
          <Problem error={error} />
          {json === undefined ? error === undefined && <p class="soft">Reading…</p> : <Command text={json} />}
        </Dialog>
      )}
    </span>
  );
}
