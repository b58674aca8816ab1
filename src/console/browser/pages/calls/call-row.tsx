import type { JSX } from 'preact';
import type { Call } from '../../../data/resources.ts';
import { Link } from '../../parts/link.tsx';
import { Time } from '../../parts/texts.tsx';
import type { CallColumn } from './call-columns.tsx';

/** The headings of the columns of calls. */
export function CallRowsHead({ columns }: { readonly columns: readonly CallColumn[] }): JSX.Element {
  return (
    <div role="row" class="call-row head">
      <span role="columnheader" class="c-time">
        Time
      </span>
      <span role="columnheader" class="c-parties">
        From → to
      </span>
      {columns.map(({ id, heading, isNumber }) => (
        <span key={id} role="columnheader" class={classOf(id, isNumber)}>
          {heading}
        </span>
      ))}
    </div>
  );
}

interface CallRowProps {
  readonly call: Call;
  readonly columns: readonly CallColumn[];
  readonly now: number;
  readonly isActive: boolean;
  readonly index: number;
}

/** One leg: when, who, what became of it. */
export function CallRow({ call, columns, now, isActive, index }: CallRowProps): JSX.Element {
  const isBelow = call.parent_call_sid !== null;
  return (
    <div role="row" class={`call-row${isActive ? ' active' : ''}`} aria-rowindex={index + 2}>
      <span role="cell" class="c-time">
        <Time date={call.date_created} />
      </span>
      <span role="cell" class="c-parties">
        <Link to={`/calls/${call.sid}`} class="row-link">
          {isBelow && (
            <span class="soft" title="A leg of another call">
              ↳{' '}
            </span>
          )}
          <bdi>{call.from}</bdi> → <bdi>{call.to}</bdi>
        </Link>
      </span>
      {columns.map(({ id, isNumber, value }) => (
        <span key={id} role="cell" class={classOf(id, isNumber)}>
          {value(call, now)}
        </span>
      ))}
    </div>
  );
}

function classOf(id: string, isNumber: boolean | undefined): string {
  return isNumber === true ? `c-${id} number` : `c-${id}`;
}
