import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Call, isLive } from '../../../data/resources.ts';
import { durationText, timeOf } from '../../../data/times.ts';
import { Sid, Status } from '../../parts/texts.tsx';
import { keep, kept } from '../../platform/kept.ts';

/** A column of the list of calls beside time and parties, which are always there. */
export interface CallColumn {
  readonly id: string;
  readonly heading: string;
  readonly isNumber?: boolean;
  readonly value: (call: Call, now: number) => ComponentChildren;
}

export const CALL_COLUMNS: readonly CallColumn[] = [
  { id: 'status', heading: 'Status', value: statusOf },
  { id: 'direction', heading: 'Direction', value: ({ direction }) => <span class="soft">{direction}</span> },
  { id: 'duration', heading: 'Talk', isNumber: true, value: talkOf },
  { id: 'ended', heading: 'Ended by', value: ({ ended_by: by }) => <span class="soft">{by ?? ''}</span> },
  { id: 'legs', heading: 'Legs', isNumber: true, value: ({ leg_count: legs }) => legs },
  { id: 'problems', heading: 'Problems', isNumber: true, value: problemsOf },
  { id: 'recordings', heading: 'Recorded', isNumber: true, value: recordingsOf },
  { id: 'trunk', heading: 'Trunk', value: ({ trunk_sid: sid }) => (sid === null ? '' : <Sid sid={sid} />) },
  { id: 'note', heading: 'Note', value: ({ note }) => <span class="soft">{note ?? ''}</span> },
  { id: 'sid', heading: 'SID', value: ({ sid }) => <Sid sid={sid} /> },
];

const AT_FIRST = ['status', 'direction', 'duration', 'ended', 'legs', 'problems', 'recordings'];
const KEPT = 'columns-of-calls';

/** The columns that somebody has chosen, kept in this browser, and how to choose others. */
export function useColumns() {
  const [ids, setIds] = useState<readonly string[]>(() => kept<readonly string[]>(KEPT, AT_FIRST));
  const choose = (id: string, isShown: boolean) => {
    const chosen = isShown ? [...ids, id] : ids.filter((one) => one !== id);
    keep(KEPT, chosen);
    setIds(chosen);
  };
  return { columns: CALL_COLUMNS.filter(({ id }) => ids.includes(id)), choose };
}

interface ColumnMenuProps {
  readonly columns: readonly CallColumn[];
  readonly choose: (id: string, isShown: boolean) => void;
}

export function ColumnMenu({ columns, choose }: ColumnMenuProps): JSX.Element {
  return (
    <details class="menu-list">
      <summary>Columns</summary>
      <div class="card">
        {CALL_COLUMNS.map((column) => (
          <label key={column.id} class="check">
            <input
              type="checkbox"
              checked={columns.includes(column)}
              onChange={({ currentTarget }) => choose(column.id, currentTarget.checked)}
            />
            {column.heading}
          </label>
        ))}
      </div>
    </details>
  );
}

function statusOf(call: Call): ComponentChildren {
  const cause = call.status === 'completed' || isLive(call) ? null : call.end_cause;
  return (
    <>
      <Status status={call.status} />
      {typeof cause === 'string' && <span class="soft"> {cause}</span>}
    </>
  );
}

function problemsOf({ problem_count: count }: Call): ComponentChildren {
  return count > 0 ? <b class="bad">{count}</b> : '';
}

function recordingsOf({ recording_count: count }: Call): ComponentChildren {
  if (count === 0) return '';
  return (
    <span title={count === 1 ? '1 recording' : `${count} recordings`}>
      <span aria-hidden="true">●</span> {count}
    </span>
  );
}

/** The seconds of talk; of a call that runs, those by now. */
function talkOf(call: Call, now: number): string {
  if (call.duration !== null && Number(call.duration) > 0) return durationText(Number(call.duration) * 1000);
  const beganAt = timeOf(call.start_time);
  if (call.status !== 'in-progress' || beganAt === undefined) return '';
  return durationText(Math.max(0, now - beganAt - (call.ring_duration ?? 0) * 1000));
}
