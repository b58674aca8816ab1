import type { JSX } from 'preact';
import type { RECORDING } from '../../../../api/recordings/presenter.ts';
import type { Shown } from '../../../../api/reply.ts';
import { type CallFamily, legLetters } from '../../../data/resources.ts';
import { useConsole, useLoaded } from '../../console-context.ts';
import { RecordingPlayer, recordedText } from '../../parts/recording-player.tsx';
import { Status } from '../../parts/texts.tsx';

type Recording = Shown<typeof RECORDING>;

/** The recordings of a call's legs, to be heard beside its ladder; nothing when there are none. */
export function CallRecordings({ family }: { readonly family: CallFamily }): JSX.Element | null {
  const { api } = useConsole();
  const recorded = family.calls.filter(({ recording_count: count }) => count > 0);
  const asked = recorded.map(({ sid, recording_count: count }) => `${sid} ${count}`).join();
  const found = useLoaded(
    async (signal) =>
      (
        await Promise.all(
          recorded.map(({ sid }) =>
            api.all<Recording>(`/Calls/${sid}/Recordings?PageSize=100`, 'recordings', signal),
          ),
        )
      ).flat(),
    `recordings ${asked} ${family.calls[0]?.status ?? ''}`,
  );
  const letters = legLetters(family.calls);
  if (recorded.length === 0 || found.value === undefined || found.value.length === 0) return null;
  return (
    <section class="card padded" aria-label="Recordings">
      <h2>Recordings</h2>
      {found.value.map(({ sid, call_sid: callSid, source, status, duration, media_url: url }) => (
        <div key={sid} class="recording">
          <span>
            leg {letters.get(callSid ?? '')} · {source} · {recordedText(duration)}
          </span>
          {status === 'completed' ? <RecordingPlayer sid={sid} url={url} /> : <Status status={status} />}
        </div>
      ))}
    </section>
  );
}
