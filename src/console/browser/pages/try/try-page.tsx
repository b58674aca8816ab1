import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { restCurl } from '../../../data/curl.ts';
import type { Call } from '../../../data/resources.ts';
import { useConsole, useMayChange } from '../../console-context.ts';
import { findingWords, useFindings } from '../../parts/rcml.tsx';
import { RcmlEditor } from '../../parts/rcml-editor.tsx';
import { Command, Problem } from '../../parts/texts.tsx';
import { goTo } from '../../platform/location.ts';
import { PhonePanel } from './phone-panel.tsx';

const EXAMPLES: Readonly<Record<string, string>> = {
  'Say something': '<Response>\n  <Say>Hello from Legwork.</Say>\n</Response>\n',
  'Press a key':
    '<Response>\n  <Gather numDigits="1" timeout="8">\n    <Say>Press a key.</Say>\n  </Gather>\n  <Say>You pressed nothing.</Say>\n</Response>\n',
  'Ring bob': '<Response>\n  <Dial timeout="20">\n    <Client>bob</Client>\n  </Dial>\n</Response>\n',
  'Record a message':
    '<Response>\n  <Say>Speak after the tone.</Say>\n  <Record maxLength="20"/>\n</Response>\n',
};

/** A document to play with: the linter reads it while it is written, and a call runs it. */
export function TryPage(): JSX.Element {
  const { api, session } = useConsole();
  const mayChange = useMayChange();
  const [text, setText] = useState(EXAMPLES['Say something'] ?? '');
  /** Another one for each example, which opens the editor anew. */
  const [round, setRound] = useState(0);
  const [to, setTo] = useState('client:bob');
  const [from, setFrom] = useState('legwork');
  const [error, setError] = useState<unknown>();
  const findings = useFindings(text, undefined);
  const form = { From: from, To: to, Rcml: text };
  const show = (document: string) => {
    setText(document);
    setRound((before) => before + 1);
  };
  const call = (event: SubmitEvent) => {
    event.preventDefault();
    api.post<Call>('/Calls', form).then(({ sid }) => goTo(`/calls/${sid}`), setError);
  };
  return (
    <main>
      <header class="page-head">
        <h1>Try it</h1>
      </header>
      <div class="bar">
        {Object.entries(EXAMPLES).map(([name, document]) => (
          <button key={name} type="button" onClick={() => show(document)}>
            {name}
          </button>
        ))}
      </div>
      <form class="form try" onSubmit={call}>
        <RcmlEditor key={round} text={text} onChange={setText} />
        <p class="soft" role="status">
          {findingWords(findings)}
        </p>
        <label>
          Call
          <input value={to} onInput={({ currentTarget }) => setTo(currentTarget.value)} required />
        </label>
        <label>
          From
          <input value={from} onInput={({ currentTarget }) => setFrom(currentTarget.value)} required />
        </label>
        <Problem error={error} />
        {mayChange && (
          <button type="submit" class="main">
            Call and show the ladder
          </button>
        )}
      </form>
      {mayChange && session.web_phones && (
        <>
          <h2>From this browser</h2>
          <PhonePanel document={text} />
        </>
      )}
      <h2>The same with curl</h2>
      <Command text={restCurl({ method: 'POST', url: api.url('/Calls'), form })} />
    </main>
  );
}
