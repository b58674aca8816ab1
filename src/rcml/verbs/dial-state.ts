import type { RecordingRecord } from '../../call/recording-record.ts';
import type { Position } from '../position.ts';
import type { Kept, RunContext } from '../run-context.ts';
import { readPosition } from '../saved-position.ts';
import type { StateFormat } from '../verb.ts';

/** Since when a callee is screened, and where its document stands. */
export interface Screening {
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly position?: Position;
}

/** What a Dial goes on from after a restart. Times are milliseconds since the epoch. */
export interface DialState {
  /** CallSids of the first nouns, in their order; those of the last turn may not exist yet. */
  readonly legs?: readonly string[];
  readonly ringingSince?: number;
  readonly winner?: string;
  readonly talkingSince?: number;
  readonly recording?: RecordingRecord;
  /** By CallSid. */
  readonly screenings?: Readonly<Record<string, Screening>>;
  /** Since when the caller is in a conference. */
  readonly since?: number;
}

/** What Dial's parts have while it runs. */
export type DialContext = RunContext & Kept<DialState>;

export const DIAL_STATE: StateFormat<DialState> = {
  version: 2,
  read(value, version) {
    const state = value as DialState;
    if (version >= 2 || state.screenings === undefined) return state;
    // Version 1 kept positions of screening documents that have changed since.
    const screenings = Object.entries(state.screenings).map(([sid, { since, position }]) => {
      const read = position === undefined ? undefined : readPosition(position);
      return [sid, read?.kind === 'document' ? { since, position: read } : { since }] as const;
    });
    return { ...state, screenings: Object.fromEntries(screenings) };
  },
  recordings: ({ recording }) => (recording === undefined ? [] : [recording.sid]),
};
