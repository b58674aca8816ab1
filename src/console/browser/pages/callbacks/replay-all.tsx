import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Filter } from '../../../data/filter-query.ts';
import { useConsole, useMayChange } from '../../console-context.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Problem } from '../../parts/texts.tsx';
import { every } from '../../platform/clock.ts';

/** A replay of many callbacks, as `P/Jobs` shows it. */
interface Job {
  readonly sid: string;
  readonly matched: number;
  readonly replayed: number;
  readonly state: string;
}

interface ReplayAllProps {
  readonly filter: Filter;
  /** How many the list shows. */
  readonly count: number;
  readonly onDone: () => void;
}

const LOOK_EACH_MS = 500;

/** Sends all failed callbacks of a filter again, those since a time if one is given; it can be watched and stopped. */
export function ReplayAll({ filter, count, onDone }: ReplayAllProps): JSX.Element | null {
  const { api } = useConsole();
  const mayChange = useMayChange();
  const [isOpen, setOpen] = useState(false);
  const [since, setSince] = useState('');
  const [job, setJob] = useState<Job>();
  const [error, setError] = useState<unknown>();
  const isRunning = job !== undefined && job.state === 'running';
  useEffect(() => {
    if (!isRunning) return undefined;
    return every(LOOK_EACH_MS, () => {
      api.get<Job>(`/Jobs/${job.sid}`).then(setJob, setError);
    });
  }, [isRunning, job?.sid]);
  if (!mayChange) return null;
  const begin = () => {
    const form = { Replay: 'true', ...filter, ...(since === '' ? {} : { Since: `${since}T00:00:00Z` }) };
    api.post<Job>('/Callbacks', form).then(setJob, setError);
  };
  const close = () => {
    setOpen(false);
    setJob(undefined);
    setError(undefined);
    onDone();
  };
  return (
    <>
      {count > 0 && (
        <button type="button" onClick={() => setOpen(true)}>
          Replay all…
        </button>
      )}
      {isOpen && (
        <Dialog title="Replay failed callbacks" onClose={close}>
          <Problem error={error} />
          {job === undefined ? (
            <>
              <p>All that this list shows become pending and are sent again, with the same tokens.</p>
              <label class="day">
                Since{' '}
                <input
                  type="date"
                  value={since}
                  onChange={({ currentTarget }) => setSince(currentTarget.value)}
                />
              </label>
              <p>
                <button type="button" class="main" onClick={begin}>
                  Replay
                </button>
              </p>
            </>
          ) : (
            <Progress job={job} onCancel={() => void api.remove(`/Jobs/${job.sid}`).then(close, setError)} />
          )}
        </Dialog>
      )}
    </>
  );
}

function Progress({ job, onCancel }: { readonly job: Job; readonly onCancel: () => void }): JSX.Element {
  const { replayed, matched, state } = job;
  return (
    <>
      <p role="status">
        {replayed} of {matched} are pending again{state === 'running' ? '…' : `: ${state}.`}
      </p>
      <progress value={replayed} max={Math.max(1, matched)} aria-label="Replayed" />
      {state === 'running' && (
        <p>
          <button type="button" class="danger" onClick={onCancel}>
            Stop
          </button>
        </p>
      )}
    </>
  );
}
