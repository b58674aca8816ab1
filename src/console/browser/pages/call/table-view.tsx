import type { JSX } from 'preact';
import { lineWords, verbBefore } from '../../../data/line-words.ts';
import { legLetters } from '../../../data/resources.ts';
import { durationText, offsetText, timeOf } from '../../../data/times.ts';
import { Time } from '../../parts/texts.tsx';
import type { ShownFamily } from './shown-family.ts';

/** The timeline line by line, with the time since the line before. */
export function TableView({ family, selected, onSelect }: ShownFamily): JSX.Element {
  const letters = legLetters(family.calls);
  const beganAt = timeOf(family.events[0]?.timestamp) ?? 0;
  return (
    <table class="plain-table lines">
      <thead>
        <tr>
          <th>Time</th>
          <th class="number">Since start</th>
          <th class="number">Since last</th>
          <th>Leg</th>
          <th>Kind</th>
          <th>What</th>
          <th class="number">Reply</th>
          <th class="number">Took</th>
        </tr>
      </thead>
      <tbody>
        {family.events.map((line, index) => {
          const at = timeOf(line.timestamp) ?? beganAt;
          const before = timeOf(family.events[index - 1]?.timestamp) ?? at;
          const { response } = line;
          return (
            <tr key={index} class={index === selected ? 'selected' : ''} onClick={() => onSelect(index)}>
              <td>
                <Time date={line.timestamp} exact />
              </td>
              <td class="number mono">{offsetText(at - beganAt)}</td>
              <td class="number soft">{index === 0 ? '' : durationText(at - before)}</td>
              <td>{letters.get(line.call_sid)}</td>
              <td class="soft">{line.kind}</td>
              <td>
                <button
                  type="button"
                  class="line-link"
                  aria-pressed={index === selected}
                  onClick={() => onSelect(index)}
                >
                  {lineWords(line, verbBefore(family.events, line))}
                </button>
              </td>
              <td class="number">{response?.response_code ?? response?.error ?? ''}</td>
              <td class="number soft">
                {typeof response?.request_duration === 'number'
                  ? durationText(response.request_duration)
                  : ''}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
