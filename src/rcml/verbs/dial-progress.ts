import type { LiveLeg } from '../../call/live-leg.ts';
import type { RecordingRecord } from '../../call/recording-record.ts';
import { RunningRecording } from './dial-recording.ts';
import type { DialContext, DialState, Screening } from './dial-state.ts';
import type { DialNoun, DialVerb } from './dial.ts';

/** A leg that a Dial made, and the noun that it was made for. */
export interface NounLeg {
  readonly noun: DialNoun;
  readonly live: LiveLeg;
}

/** What a Dial has done so far. Times are milliseconds since the epoch. */
export interface Progress {
  /** In the order of the nouns. */
  readonly legs: NounLeg[];
  ringingSince: number;
  winner?: NounLeg;
  talkingSince?: number;
  bridged: boolean;
  recording?: RunningRecording;
  /** Ends what the caller hears while it rings. */
  stopRingback: () => Promise<void>;
  /** By CallSid: since when a callee is screened, and where its document stands. */
  readonly screenings: Map<string, Screening>;
}

/** A Dial's progress at its begin, or as it was when the process ended. */
export async function progressOf(
  verb: DialVerb,
  context: DialContext,
): Promise<{
  readonly progress: Progress /** CallSids that were chosen but not made. */;
  readonly chosen: readonly string[];
}> {
  const saved = context.savedState;
  const progress: Progress = {
    legs: [],
    ringingSince: saved?.ringingSince ?? context.clock.now(),
    bridged: false,
    stopRingback: () => context.control.stopRinging(context.live.sid),
    screenings: new Map(Object.entries(saved?.screenings ?? {})),
  };
  if (saved?.recording !== undefined) progress.recording = RunningRecording.resume(saved.recording, context);
  for (const [index, sid] of (saved?.legs ?? []).entries()) {
    const [live, noun] = [await context.calls.find(sid), verb.nouns[index]];
    if (live === undefined || noun === undefined)
      return { progress, chosen: saved?.legs?.slice(index) ?? [] };
    progress.legs.push({ noun, live });
  }
  const winner = progress.legs.find(({ live }) => live.sid === saved?.winner);
  if (winner !== undefined) {
    progress.winner = winner;
    context.live.outbound = winner.live;
    progress.bridged = saved?.talkingSince !== undefined;
    progress.talkingSince = saved?.talkingSince ?? context.clock.now();
  }
  return { progress, chosen: [] };
}

/** Keeps the progress; `next` are CallSids of legs, and `recording` is one, that are about to be made. */
export function saveProgress(
  progress: Progress,
  context: DialContext,
  next: readonly string[] = [],
  recording: RecordingRecord | undefined = progress.recording?.record,
): Promise<void> {
  const { legs, ringingSince, winner, talkingSince, screenings } = progress;
  const saved: DialState = {
    legs: [...legs.map(({ live }) => live.sid), ...next],
    ringingSince,
    ...(winner === undefined ? {} : { winner: winner.live.sid }),
    ...(talkingSince === undefined ? {} : { talkingSince }),
    ...(recording === undefined ? {} : { recording }),
    ...(screenings.size === 0 ? {} : { screenings: Object.fromEntries(screenings) }),
  };
  return context.saveState(saved);
}
