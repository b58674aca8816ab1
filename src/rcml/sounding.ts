import { ERROR_CODES } from './problem.ts';
import type { RunContext, VerbOutcome } from './run-context.ts';

/** The highest `loop`; 0 has no end. */
export const MOST_LOOPS = 1000;

/** A sound without an end in sight must not spin when it has no length. */
const SHORTEST_ROUND_MS = 100;

/** Plays a sound `loop` times (0: until the leg ends). A sound that cannot be played: warning, next verb. */
export async function playLoop(mediaUrl: string, loop: number, context: RunContext): Promise<VerbOutcome> {
  const { clock, control, live, signal } = context;
  for (let round = 1; loop === 0 || round <= loop; round += 1) {
    const beganAt = clock.now();
    const outcome = await control.play(live.sid, mediaUrl, signal);
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
