import type { JSX } from 'preact';
import { pairsOf, requestCurl, signedText } from '../../../data/curl.ts';
import { textIn } from '../../../data/line-data.ts';
import { lineWords, verbBefore } from '../../../data/line-words.ts';
import { SIP } from '../../../data/sip-lines.ts';
import { SipText } from './sip-text.tsx';
import { callbackWords, requestWords } from '../../../data/reply-words.ts';
import { type CallEvent, type CallFamily, legLetters } from '../../../data/resources.ts';
import { durationText, offsetText, timeOf } from '../../../data/times.ts';
import { timingParts } from '../../../data/timing.ts';
import { Timing } from '../../parts/timing.tsx';
import { AskAgain } from './ask-again.tsx';
import { Facts } from '../../parts/facts.tsx';
import { OutLink } from '../../parts/link.tsx';
import { findingWords, Rcml, useFindings } from '../../parts/rcml.tsx';
import { CopyButton, Sid, Time } from '../../parts/texts.tsx';
import { CallbackDetails } from './callback-details.tsx';

interface LinePanelProps {
  readonly family: CallFamily;
  readonly line: CallEvent;
  readonly isMarked: boolean;
  readonly onMark: () => void;
  readonly reload?: () => void;
}

/** All that is known of one line of the timeline. */
export function LinePanel({ family, line, isMarked, onMark, reload }: LinePanelProps): JSX.Element {
  const { request } = line;
  const letter = legLetters(family.calls).get(line.call_sid);
  const at = timeOf(line.timestamp);
  const beganAt = timeOf(family.events[0]?.timestamp);
  const offset = at === undefined || beganAt === undefined ? '' : ` · ${offsetText(at - beganAt)} s`;
  return (
    <>
      <h2>{titleOf(line, verbBefore(family.events, line))}</h2>
      {typeof request?.url === 'string' && (
        <p class="request-line">
          <b class="mono">{request.method}</b> <OutLink text={request.url} />
        </p>
      )}
      <p class="soft">
        leg {letter} · <Time date={line.timestamp} exact />
        {offset} · <Sid sid={line.call_sid} />
      </p>
      <ReplyLine line={line} />
      <Timing parts={timingParts(line.data['timing'])} />
      {line.kind === SIP && <SipText line={line} />}
      {request === null && line.kind !== SIP && <DataOf line={line} />}
      {request !== null && <Parameters line={line} family={family} />}
      {line.kind === 'document' && <Reply line={line} />}
      {line.kind === 'callback' && (
        <CallbackDetails
          callback={family.callbacks.find(({ sid }) => sid === textIn(line.data, 'sid'))}
          {...(reload === undefined ? {} : { reload })}
        />
      )}
      {typeof request?.url === 'string' && <Signed line={line} />}
      <h3>Do</h3>
      <div class="buttons">
        {typeof request?.url === 'string' && (
          <CopyButton text={requestCurl(request.method ?? 'POST', request.url, request.parameters ?? {})}>
            Copy as curl
          </CopyButton>
        )}
        {line.kind === 'document' && reload !== undefined && <AskAgain line={line} />}
        <CopyButton text={JSON.stringify(line, undefined, 2)}>Copy as JSON</CopyButton>
        <button type="button" aria-pressed={isMarked} onClick={onMark} title="Space">
          {isMarked ? 'Marked: select another line' : 'Compare'}
        </button>
      </div>
    </>
  );
}

function titleOf(line: CallEvent, verb: string | undefined): string {
  if (line.kind === 'document') return `Document request: ${requestWords(line, verb)}`;
  if (line.kind === 'callback') return `Callback: ${callbackWords(line)}`;
  return line.kind === SIP ? `SIP: ${lineWords(line)}` : lineWords(line);
}

function ReplyLine({ line: { response, data } }: { readonly line: CallEvent }): JSX.Element | null {
  if (response === null) return null;
  const code = response.response_code;
  const isGood = code !== null && code < 400 && response.error === null;
  const attempt = typeof data['attempt'] === 'number' ? `attempt ${data['attempt']} · ` : '';
  return (
    <p>
      {attempt}
      <b class={isGood ? 'good' : 'bad'}>{code ?? response.error ?? 'no reply'}</b>
      {code !== null && response.error !== null && <span class="bad"> {response.error}</span>}
      {response.request_duration !== null && ` in ${durationText(response.request_duration)}`}
    </p>
  );
}

function DataOf({ line }: { readonly line: CallEvent }): JSX.Element | null {
  const pairs = pairsOf(line.data);
  if (pairs.length === 0) return null;
  return (
    <>
      <h3>Facts</h3>
      <Facts pairs={pairs} />
    </>
  );
}

const TELLING = ['DialCallStatus', 'CallStatus', 'CallEvent', 'ErrorCode', 'RecordingStatus'];
const BAD = ['busy', 'failed', 'no-answer', 'canceled'];

function Parameters({
  line,
  family,
}: {
  readonly line: CallEvent;
  readonly family: CallFamily;
}): JSX.Element | null {
  const pairs = pairsOf(line.request?.parameters ?? {});
  if (pairs.length === 0) return null;
  return (
    <>
      <h3>Parameters</h3>
      <Facts
        pairs={pairs.map(([name, value]) => [
          name,
          <Value key={name} name={name} value={value} family={family} />,
        ])}
      />
    </>
  );
}

interface ValueProps {
  readonly name: string;
  readonly value: string;
  readonly family: CallFamily;
}

/** A parameter's value: a leg of this call with whose it is, what went wrong in red. */
function Value({ name, value, family }: ValueProps): JSX.Element {
  if (/^[A-Z]{2}[0-9a-f]{32}$/.test(value)) {
    const leg = family.calls.find(({ sid }) => sid === value);
    return (
      <>
        <Sid sid={value} />
        {leg !== undefined && ` (${leg.direction === 'inbound' ? leg.from : leg.to})`}
      </>
    );
  }
  return TELLING.includes(name) ? <b class={BAD.includes(value) ? 'bad' : ''}>{value}</b> : <>{value}</>;
}

function Reply({ line }: { readonly line: CallEvent }): JSX.Element | null {
  const body = line.response?.response_body ?? '';
  const characters = line.data['characters'];
  const isWhole = typeof characters === 'number' && characters <= body.length;
  const findings = useFindings(isWhole ? body : '', line.request?.url ?? undefined);
  if (body === '') return null;
  const words = findingWords(findings);
  const type = textIn(line.data, 'contentType');
  return (
    <>
      <h3>
        Reply{type === undefined ? '' : ` · ${type}`}
        {words === '' ? '' : ` · ${words}`}
      </h3>
      <Rcml document={body} findings={findings} />
      {!isWhole && typeof characters === 'number' && (
        <p class="soft">
          The first {body.length.toLocaleString('en')} of {characters.toLocaleString('en')} characters.
        </p>
      )}
    </>
  );
}

function Signed({ line: { request } }: { readonly line: CallEvent }): JSX.Element {
  const text = signedText(request?.method ?? 'POST', request?.url ?? '', request?.parameters ?? {});
  return (
    <details>
      <summary>What is signed</summary>
      <p class="soft">
        X-Twilio-Signature is the HMAC-SHA1 of this text with the AuthToken, in base64.
        {text.includes('***') && ' What is masked here is in it as it was sent.'}
      </p>
      <pre class="signed" tabIndex={0}>
        {text}
      </pre>
      <CopyButton text={text}>Copy</CopyButton>
    </details>
  );
}
