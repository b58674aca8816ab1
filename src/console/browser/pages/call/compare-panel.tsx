import type { JSX } from 'preact';
import { compare } from '../../../data/compare.ts';
import { lineWords } from '../../../data/line-words.ts';
import type { CallEvent } from '../../../data/resources.ts';
import { durationText } from '../../../data/times.ts';

/** Two lines side by side: how far apart they are, and what differs. */
export function ComparePanel({
  one,
  other,
}: {
  readonly one: CallEvent;
  readonly other: CallEvent;
}): JSX.Element {
  const { apartMs, parameters } = compare(one, other);
  const apart =
    apartMs === undefined ? '' : `${durationText(Math.abs(apartMs))} ${apartMs < 0 ? 'before' : 'after'}`;
  return (
    <section class="compare" aria-label="Difference">
      <h3>Difference</h3>
      <p>
        {lineWords(other)} <b>{apart}</b> {lineWords(one)}
      </p>
      <table class="plain-table">
        <thead>
          <tr>
            <th>Parameter</th>
            <th>Marked</th>
            <th>Selected</th>
          </tr>
        </thead>
        <tbody>
          {parameters.map((parameter) => (
            <tr key={parameter.name} class={parameter.isSame ? 'soft' : 'differs'}>
              <td>
                {parameter.isSame ? '' : '≠ '}
                {parameter.name}
              </td>
              <td class="mono">{parameter.one ?? '–'}</td>
              <td class="mono">{parameter.other ?? '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
