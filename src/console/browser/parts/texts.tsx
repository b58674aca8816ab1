import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { clockText, exactClockText, isoText, timeOf, utcText } from '../../data/times.ts';
import { messageOf } from '../platform/api.ts';
import { after, now } from '../platform/clock.ts';
import { copyText } from '../platform/files.ts';

/** A time of REST, in the reader's zone; in UTC for the pointer that rests on it. */
export function Time({
  date,
  exact,
}: {
  readonly date: string | null | undefined;
  readonly exact?: boolean;
}) {
  const at = timeOf(date);
  if (at === undefined) return <span class="soft">–</span>;
  return (
    <time dateTime={isoText(at)} title={utcText(at)}>
      {exact === true ? exactClockText(at) : clockText(at, now())}
    </time>
  );
}

/** `CAe1dae71c…4204d`: as much of a SID as tells it apart; all of it for the pointer. */
export function Sid({ sid }: { readonly sid: string }): JSX.Element {
  return (
    <span class="mono" title={sid}>
      {sid.length <= 16 ? sid : `${sid.slice(0, 10)}…${sid.slice(-5)}`}
    </span>
  );
}

const GOOD = ['completed', 'delivered', 'in-progress', 'active'];
const BAD = ['failed', 'busy', 'no-answer'];

/** A state in words, with a sign, so that it is never told by its colour alone. */
export function Status({ status }: { readonly status: string }): JSX.Element {
  const tone = GOOD.includes(status) ? 'good' : BAD.includes(status) ? 'bad' : 'plain';
  const sign = { good: status === 'in-progress' ? '●' : '✓', bad: '✕', plain: '○' }[tone];
  return (
    <span class={`status ${tone}`}>
      <span aria-hidden="true">{sign}</span> {status}
    </span>
  );
}

const COPIED_MS = 1500;

/** A button that copies a text, and says that it did. */
export function CopyButton({
  text,
  children,
}: {
  readonly text: string;
  readonly children: ComponentChildren;
}) {
  const [said, setSaid] = useState<string>();
  const copy = () => {
    const say = (words: string) => {
      setSaid(words);
      after(COPIED_MS, () => setSaid(undefined));
    };
    copyText(text).then(
      () => say('Copied'),
      () => say('The browser does not allow it'),
    );
  };
  return (
    <button type="button" onClick={copy}>
      {said ?? children}
    </button>
  );
}

/** An error, in the words of whoever refused. */
export function Problem({ error }: { readonly error: unknown }): JSX.Element | null {
  if (error === undefined) return null;
  return (
    <p class="problem" role="alert">
      {messageOf(error)}
    </p>
  );
}

/** What to do where there is nothing yet. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** A command that can be copied. */
export function Command({ text }: { readonly text: string }): JSX.Element {
  return (
    <div class="command">
      <pre tabIndex={0}>{text}</pre>
      <CopyButton text={text}>Copy</CopyButton>
    </div>
  );
}
