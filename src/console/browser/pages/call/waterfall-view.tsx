import type { JSX } from 'preact';
import { legLetters } from '../../../data/resources.ts';
import { durationText, offsetText } from '../../../data/times.ts';
import { type Bar, type Waterfall, waterfallOf } from '../../../ladder/waterfall.ts';
import type { ShownFamily } from './shown-family.ts';

/** What took how long, to scale. */
export function WaterfallView({ family, now, selected, onSelect }: ShownFamily): JSX.Element {
  const waterfall = waterfallOf(family, now);
  const letters = legLetters(family.calls);
  return (
    <ol class="waterfall" aria-label="Waterfall of the call">
      {waterfall.bars.map((bar, index) => (
        <li key={index}>
          <button
            type="button"
            class={bar.event === selected ? 'bar-row selected' : 'bar-row'}
            aria-pressed={bar.event === selected}
            onClick={() => onSelect(bar.event)}
          >
            <span class="bar-name">
              <span class="soft">{letters.get(bar.callSid)}</span> {bar.label}
            </span>
            <BarTrack bar={bar} of={waterfall} />
            <span class="bar-time">
              {offsetText(bar.beganAt - waterfall.beganAt)} · {durationText(bar.endedAt - bar.beganAt)}
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
}

/** Drawn by the browser's own elements: left and width in percent of the whole call. */
function BarTrack({ bar, of }: { readonly bar: Bar; readonly of: Waterfall }): JSX.Element {
  const total = of.endedAt - of.beganAt;
  const percent = (ms: number) => `${(ms / total) * 100}%`;
  return (
    <span class="bar-track" aria-hidden="true">
      <span
        class={`bar-mark ${bar.kind} ${bar.tone}`}
        style={{ left: percent(bar.beganAt - of.beganAt), width: percent(bar.endedAt - bar.beganAt) }}
      />
    </span>
  );
}
