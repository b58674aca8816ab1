import type { RecordingEvent, RecordingTrack } from '../../call/recording/recording-record.ts';
import { type AttributeType, eventList, oneOf } from '../document/attributes.ts';

/** The states that a recording status callback can be asked for. */
export const RECORDING_EVENTS = [
  'in-progress',
  'completed',
  'absent',
] as const satisfies readonly RecordingEvent[];

/** The states of which a recording status callback tells. */
export const recordingEvents: AttributeType<readonly RecordingEvent[]> = {
  ...eventList(RECORDING_EVENTS),
  absent: ['completed'],
};

export const trim = oneOf('do-not-trim', ['do-not-trim', 'trim-silence']);

export const recordingTrack = oneOf<RecordingTrack>('both', ['inbound', 'outbound', 'both']);

/** How a side, or both of them, are recorded: a single side has one channel. */
export function soundOf(
  channels: 1 | 2,
  track: RecordingTrack,
): { readonly channels: 1 | 2; readonly track?: RecordingTrack } {
  return track === 'both' ? { channels } : { channels: 1, track };
}
