import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { RECORDING } from '../../../api/recordings/presenter.ts';
import type { Shown } from '../../../api/reply.ts';
import { useConsole, useMayChange } from '../console-context.ts';
import { Link } from '../parts/link.tsx';
import { RecordingPlayer } from '../parts/recording-player.tsx';
import { SameByRest } from '../parts/same-by-rest.tsx';
import { Empty, Problem, Sid, Status, Time } from '../parts/texts.tsx';
import { useList } from './use-list.ts';

type Recording = Shown<typeof RECORDING>;

const BELOW = '/Recordings?PageSize=100';

/** What was recorded, to be heard, kept and removed. */
export function RecordingsPage(): JSX.Element {
  const list = useList<Recording>({ below: BELOW, key: 'recordings', events: ['recording.updated'] });
  const [error, setError] = useState<unknown>();
  return (
    <main>
      <header class="page-head">
        <h1>Recordings</h1>
        <span class="right">
          <SameByRest below={BELOW} />
        </span>
      </header>
      <Problem error={error ?? list.error} />
      {list.isLoaded && list.items.length === 0 ? (
        <Empty title="No recordings yet">
          <p>
            A call is recorded by <code>{'<Record>'}</code>, by{' '}
            <code>{'<Dial record="record-from-answer">'}</code>, or by <code>Record=true</code> of a call over
            REST.
          </p>
        </Empty>
      ) : (
        <table class="plain-table card-table">
          <thead>
            <tr>
              <th>Time</th>
              <th>Call</th>
              <th>Source</th>
              <th>Status</th>
              <th class="number">Seconds</th>
              <th>Sound</th>
              <th>
                <span class="unseen">Do</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {list.items.map((recording) => (
              <RecordingRow
                key={recording.sid}
                recording={recording}
                onRemoved={list.reload}
                onError={setError}
              />
            ))}
          </tbody>
        </table>
      )}
      {list.hasMore && (
        <button type="button" onClick={list.loadMore}>
          More
        </button>
      )}
    </main>
  );
}

interface RowProps {
  readonly recording: Recording;
  readonly onRemoved: () => void;
  readonly onError: (error: unknown) => void;
}

function RecordingRow({ recording, onRemoved, onError }: RowProps): JSX.Element {
  const { api } = useConsole();
  const mayChange = useMayChange();
  const { sid, status, source, channels, duration, call_sid: callSid, media_url: url } = recording;
  const remove = () => {
    if (confirm('Remove this recording and its sound?')) {
      api.remove(`/Recordings/${sid}`).then(onRemoved, onError);
    }
  };
  return (
    <tr>
      <td>
        <Time date={recording.start_time} />
      </td>
      <td>
        <Link to={`/calls/${callSid}`}>
          <Sid sid={callSid} />
        </Link>
      </td>
      <td>
        {source}
        {channels === 2 && <span class="soft"> · 2 channels</span>}
      </td>
      <td>
        <Status status={status} />
      </td>
      <td class="number">{duration ?? ''}</td>
      <td>
        {status === 'completed' && (
          <>
            <RecordingPlayer sid={sid} url={url} />
            <a href={`${url}.mp3`} download={`${sid}.mp3`}>
              MP3
            </a>{' '}
            <a href={`${url}.wav`} download={`${sid}.wav`}>
              WAV
            </a>
          </>
        )}
      </td>
      <td class="row-actions">
        {mayChange && status !== 'in-progress' && (
          <button type="button" class="quiet" onClick={remove}>
            Remove
          </button>
        )}
      </td>
    </tr>
  );
}
