import type { RecordingTrack } from './recording-record.ts';

/** One of the files that make up a recording, and which side of the leg is in it. */
export interface RecordingPart {
  readonly name: string;
  /** `in`: what the leg says. `out`: what it hears. */
  readonly hears: 'both' | 'in' | 'out';
}

const HEARS = { inbound: 'in', outbound: 'out', both: 'both' } as const;

/** The files that Asterisk writes when it records both sides: one, or for two channels the left and the right one. */
export function recordingParts(recording: {
  readonly recordingSid: string;
  readonly channels: 1 | 2;
  /** Of one channel; default: both. */
  readonly track?: RecordingTrack;
}): readonly RecordingPart[] {
  const { recordingSid: sid, channels, track = 'both' } = recording;
  if (channels === 1) return [{ name: sid, hears: HEARS[track] }];
  return [
    { name: `${sid}-1`, hears: 'in' },
    { name: `${sid}-2`, hears: 'out' },
  ];
}
