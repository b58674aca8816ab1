import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CallEvent } from '../../../data/resources.ts';
import { durationText } from '../../../data/times.ts';
import { timingParts } from '../../../data/timing.ts';
import { useConsole, useMayChange } from '../../console-context.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { type Finding, findingWords, Rcml } from '../../parts/rcml.tsx';
import { Problem } from '../../parts/texts.tsx';
import { Timing } from '../../parts/timing.tsx';

/** What `P/DocumentRequest` replies. */
interface Answer {
  readonly response_code: number | null;
  readonly error: string | null;
  readonly request_duration: number;
  readonly timing: unknown;
  readonly content_type: string | null;
  readonly response_body: string | null;
  readonly problems: readonly Finding[];
}

const MASKED = '***';

/** Asks for a document once more, perhaps at another URL, without a call: shows what a call would run. */
export function AskAgain({ line }: { readonly line: CallEvent }): JSX.Element | null {
  const [isOpen, setOpen] = useState(false);
  if (!useMayChange() || typeof line.request?.url !== 'string') return null;
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Ask again…
      </button>
      {isOpen && <AskDialog line={line} onClose={() => setOpen(false)} />}
    </>
  );
}

function AskDialog({
  line,
  onClose,
}: {
  readonly line: CallEvent;
  readonly onClose: () => void;
}): JSX.Element {
  const { api } = useConsole();
  const parameters = (line.request?.parameters ?? {}) as Readonly<Record<string, unknown>>;
  const masked = Object.keys(parameters).filter((name) => parameters[name] === MASKED);
  const [url, setUrl] = useState(line.request?.url ?? '');
  const [filled, setFilled] = useState<Readonly<Record<string, string>>>({});
  const [answer, setAnswer] = useState<Answer>();
  const [error, setError] = useState<unknown>();
  const [isAsking, setAsking] = useState(false);
  const ask = (event: Event) => {
    event.preventDefault();
    setAsking(true);
    setError(undefined);
    const sent = Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [
        name,
        masked.includes(name) ? (filled[name] ?? '') : value,
      ]),
    );
    const form = { Url: url, Method: line.request?.method ?? 'POST', Parameters: JSON.stringify(sent) };
    api
      .post<Answer>('/DocumentRequest', form)
      .then(setAnswer, setError)
      .finally(() => setAsking(false));
  };
  return (
    <Dialog title="Ask again, without a call" onClose={onClose} wide>
      <p class="soft">
        The same parameters, signed with your AuthToken, with a new I-Idempotency-Token. Nothing of the reply
        runs.
      </p>
      <form class="ask-again" onSubmit={ask}>
        <label>
          URL
          <input
            type="url"
            required
            value={url}
            onInput={({ currentTarget }) => setUrl(currentTarget.value)}
          />
        </label>
        {masked.map((name) => (
          <label key={name}>
            {name} <span class="soft">(not kept)</span>
            <input
              value={filled[name] ?? ''}
              onInput={({ currentTarget }) => setFilled({ ...filled, [name]: currentTarget.value })}
            />
          </label>
        ))}
        <button type="submit" class="main" disabled={isAsking}>
          {line.request?.method ?? 'POST'}
        </button>
      </form>
      <Problem error={error} />
      {answer !== undefined && <AnswerOf answer={answer} />}
    </Dialog>
  );
}

function AnswerOf({ answer }: { readonly answer: Answer }): JSX.Element {
  const { response_code: code, error, response_body: body, problems } = answer;
  return (
    <div role="status" aria-label="What came back">
      <p>
        <b class={error === null ? 'good' : 'bad'}>{code ?? 'no reply'}</b>
        {error !== null && <span class="bad"> {error}</span>} in {durationText(answer.request_duration)}
        {answer.content_type !== null && ` · ${answer.content_type}`}
        {error === null && ` · ${findingWords(problems)}`}
      </p>
      <Timing parts={timingParts(answer.timing)} />
      {body !== null && body !== '' && <Rcml document={body} findings={problems} />}
    </div>
  );
}
