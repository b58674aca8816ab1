import { ERROR_CODES } from './problem.ts';
import type { RunContext, VerbOutcome } from './run-context.ts';

/** The highest `loop`; 0 has no end. */
export const MOST_LOOPS = 1000;

/** A sound without an end in sight must not spin when it has no length. */
const SHORTEST_ROUND_MS = 100;

/**
 * Plays a sound `loop` times (0: until the leg ends). A sound that cannot be played: warning, next verb. After
 * a restart a sound that still plays goes on; one that is over by then is played again.
 */
export async function playLoop(mediaUrl: string, loop: number, context: RunContext): Promise<VerbOutcome> {
  const { clock, control, live, signal } = context;
  const first = firstRound(context);
  for (let round = first; loop === 0 || round <= loop; round += 1) {
    if (round > first) await context.saveState({ round } satisfies SavedRound);
    const beganAt = clock.now();
    const name = `${live.sid}.${context.beganAt}-${round}`;
    const resumes = context.resumed && round === first;
    const outcome = await control.play(live.sid, mediaUrl, signal, { name, resumes });
    if (signal.aborted || outcome === 'gone' || outcome === 'stopped') return { kind: 'ended' };
    if (outcome === 'failed') {
      const message = 'A sound could not be played, the verb is skipped';
      await context.warn({ errorCode: ERROR_CODES.playFailed, message });
      return { kind: 'next', idle: round === 1 };
    }
    const took = clock.now() - beganAt;
    if (loop === 0 && took < SHORTEST_ROUND_MS) await clock.sleep(SHORTEST_ROUND_MS - took, signal);
  }
  return { kind: 'next' };
}

interface SavedRound {
  readonly round: number;
}

function firstRound({ savedState }: RunContext): number {
  return (savedState as SavedRound | undefined)?.round ?? 1;
}
