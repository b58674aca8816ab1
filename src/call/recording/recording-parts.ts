/** A file of which a recording is made, and which side of the leg is in it. */
export interface RecordingPart {
  readonly name: string;
  /** `in`: what the leg says. `out`: what it hears. */
  readonly hears: 'both' | 'in' | 'out';
}

/** The files that Asterisk makes of a recording of both sides: one, or with two channels the left and the right one. */
export function recordingParts(recording: {
  readonly recordingSid: string;
  readonly channels: 1 | 2;
}): readonly RecordingPart[] {
  const { recordingSid: sid, channels } = recording;
  if (channels === 1) return [{ name: sid, hears: 'both' }];
  return [
    { name: `${sid}-1`, hears: 'in' },
    { name: `${sid}-2`, hears: 'out' },
  ];
}
