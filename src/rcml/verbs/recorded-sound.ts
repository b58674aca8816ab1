import { present } from '../../call/leg/parameters.ts';
import type { RecordingRecord } from '../../call/recording/recording-record.ts';
import type { Parameters } from '../../call/request-parameters.ts';
import { within } from '../../concurrency/deadline.ts';
import type { RunContext } from '../run/run-context.ts';

/** How long an action waits for the recording's file (docs/rcml.md, "Record"). */
const FILE_WITHIN_MS = 5_000;

/**
 * An action's parameters about a recording that ended at `endedAt`; none when nothing was recorded. Waits a little for
 * the file; when that takes longer, the duration is the time that the recording took.
 */
export async function recordedSound(
  recording: RecordingRecord,
  finished: Promise<RecordingRecord>,
  endedAt: number,
  { clock, recordings }: RunContext,
): Promise<Parameters> {
  const file = await within(clock, FILE_WITHIN_MS, () => finished, undefined);
  if (file?.status === 'absent') return [];
  const tookS = Math.max(1, Math.round((endedAt - recording.startTime) / 1000));
  return present([
    ['RecordingUrl', recordings.urlOf(recording)],
    ['RecordingSid', recording.sid],
    ['RecordingDuration', String(file?.duration ?? tookS)],
  ]);
}
