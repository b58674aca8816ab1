import { ERROR_CODES } from '../document/problem.ts';
import type { Kept, RunContext, VerbOutcome } from './run-context.ts';
import type { StateFormat } from '../document/verb.ts';

/** The highest `loop`; 0 has no end. */
export const MOST_LOOPS = 1000;

/** An endless loop takes at least this long for each round, so that it does not spin when its sound is empty. */
const SHORTEST_ROUND_MS = 100;

/** The round of a loop that a verb is in. */
export interface SoundingState {
  readonly round: number;
}

export const SOUNDING_STATE: StateFormat<SoundingState> = {
  version: 1,
  read: (value) => value as SoundingState,
};

/** Why a call never gets past a verb that loops without end. */
export function endlessLoop({ loop }: { readonly loop: number }): string | undefined {
  return loop === 0 ? 'has loop="0" and goes on until the call ends' : undefined;
}

/**
 * Plays a sound `loop` times (0: until the leg ends). A sound that cannot be played: warning, next verb. After
 * a restart a sound that still plays goes on; one that is over by then is played again.
 */
export async function playLoop(
  mediaUrl: string,
  loop: number,
  context: RunContext & Kept<SoundingState>,
): Promise<VerbOutcome> {
  const { clock, control, live, signal } = context;
  const first = context.savedState?.round ?? 1;
  for (let round = first; loop === 0 || round <= loop; round += 1) {
    if (round > first) await context.saveState({ round });
    const beganAt = clock.steady();
    const name = `${live.sid}.${context.beganAt}-${round}`;
    const resumes = context.resumed && round === first;
    const outcome = await control.play(live.sid, mediaUrl, signal, { name, resumes });
    if (signal.aborted || outcome === 'gone' || outcome === 'stopped') return { kind: 'ended' };
    if (outcome === 'failed') {
      const message = 'A sound could not be played; the verb is skipped';
      await context.warn({ errorCode: ERROR_CODES.playFailed, message });
      return { kind: 'next', idle: round === 1 };
    }
    const took = clock.steady() - beganAt;
    if (loop === 0 && took < SHORTEST_ROUND_MS) await clock.sleep(SHORTEST_ROUND_MS - took, signal);
  }
  return { kind: 'next' };
}
