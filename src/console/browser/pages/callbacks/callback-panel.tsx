import type { JSX } from 'preact';
import { pairsOf, requestCurl, signedText } from '../../../data/curl.ts';
import { callbackWords } from '../../../data/reply-words.ts';
import type { Callback } from '../../../data/resources.ts';
import { Facts } from '../../parts/facts.tsx';
import { Link, OutLink } from '../../parts/link.tsx';
import { CopyButton, Sid, Time } from '../../parts/texts.tsx';
import { CallbackDetails } from '../call/callback-details.tsx';

interface CallbackPanelProps {
  readonly callback: Callback;
  readonly reload: () => void;
  readonly onClose: () => void;
}

/** One callback: what was to be told, each try, and how to try again. */
export function CallbackPanel({ callback, reload, onClose }: CallbackPanelProps): JSX.Element {
  const { url, method, parameters, call_sid: callSid } = callback;
  const lastBody = callback.attempts.at(-1)?.response_body ?? '';
  return (
    <aside class="panel" aria-label="Selected callback">
      <button type="button" class="quiet close" aria-label="Close" onClick={onClose}>
        ✕
      </button>
      <h2>{callbackWords({ request: { url, method, parameters } })}</h2>
      <p class="request-line">
        <b class="mono">{method}</b> <OutLink text={url} />
      </p>
      <p class="soft">
        <Time date={callback.date_created} /> ·{' '}
        {callSid.startsWith('CA') ? (
          <Link to={`/calls/${callSid}`}>its call</Link>
        ) : (
          <>
            conference <Sid sid={callSid} />
          </>
        )}
      </p>
      <CallbackDetails callback={callback} reload={reload} />
      {lastBody !== '' && (
        <>
          <h3>Last reply</h3>
          <pre tabIndex={0}>{lastBody}</pre>
        </>
      )}
      <h3>Parameters</h3>
      <Facts pairs={pairsOf(parameters)} />
      <h3>Do</h3>
      <div class="buttons">
        <CopyButton text={requestCurl(method, url, parameters)}>Copy as curl</CopyButton>
        <CopyButton text={signedText(method, url, parameters)}>Copy what is signed</CopyButton>
      </div>
    </aside>
  );
}
