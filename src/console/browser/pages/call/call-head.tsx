import type { JSX } from 'preact';
import { counted, endingWords, stateParts, tagsOf } from '../../../data/call-head.ts';
import { type Call, type CallFamily, isLive } from '../../../data/resources.ts';
import { durationText } from '../../../data/times.ts';
import { Sid, Status, Time } from '../../parts/texts.tsx';

interface CallHeadProps {
  readonly family: CallFamily;
  readonly sid: string;
  readonly now: number;
}

/** Who called whom, what became of it, and what stands out. */
export function CallHead({ family, sid, now }: CallHeadProps): JSX.Element | null {
  const first = family.calls[0];
  const own = family.calls.find((call) => call.sid === sid) ?? first;
  if (first === undefined || own === undefined) return null;
  const tags = tagsOf(family);
  const ending = endingWords(first, family.events);
  return (
    <header class="call-head">
      <h1>
        <bdi>{first.from}</bdi> → <bdi>{first.to}</bdi>
      </h1>
      <p class="soft">
        {first.direction} · <Time date={first.date_created} /> · <Sid sid={first.sid} />
        {ending !== undefined && ` · ${ending}`}
        {own !== first && (
          <>
            {' '}
            · this is the leg to <b>{own.to}</b>
          </>
        )}
      </p>
      {typeof first.note === 'string' && first.note !== '' && <p class="note-text">{first.note}</p>}
      <StateBar call={own} family={family} now={now} />
      {tags.length > 0 && (
        <ul class="tags" aria-label="What stands out">
          {tags.map(({ text, tone }) => (
            <li key={text} class={`tag ${tone}`}>
              {text}
            </li>
          ))}
        </ul>
      )}
    </header>
  );
}

/** The states of a leg, each as long as it lasted. */
function StateBar({
  call,
  family,
  now,
}: {
  readonly call: Call;
  readonly family: CallFamily;
  readonly now: number;
}) {
  const parts = stateParts(call, family.events, now);
  const total = Math.max(
    1,
    parts.reduce((sum, { ms }) => sum + ms, 0),
  );
  const words = parts.map(({ state, ms }) => `${state} ${durationText(ms)}`);
  const requests = family.events.filter(({ request }) => request !== null).length;
  return (
    <>
      <div class="state-bar" role="img" aria-label={[...words, call.status].join(', ')}>
        {parts.map(({ state, ms }) => (
          <span key={state} class={state} style={{ width: `${(ms / total) * 100}%` }} />
        ))}
      </div>
      <p class="state-legend">
        <Status status={call.status} />
        {words.map((text) => (
          <span key={text}>{text}</span>
        ))}
        <span>{counted(family.calls.length, 'leg')}</span>
        <span>{counted(requests, 'request')}</span>
        {isLive(call) && <span class="live-sign">● live</span>}
      </p>
    </>
  );
}
