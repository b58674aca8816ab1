import type { Clock } from '../../../concurrency/clock.ts';
import type { LiveLeg } from '../../../call/leg/live-leg.ts';

export interface TalkLimits {
  readonly clock: Clock;
  /** The time limit in the document. */
  readonly timeLimitS: number;
  /** Since when it counts; milliseconds since the epoch. */
  readonly since: number;
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal;
}

/** Waits until the callee is gone, `stopOn` was pressed by the caller, the time is up, or the caller has gone. */
export async function endOfTalk(
  caller: LiveLeg,
  callee: Pick<LiveLeg, 'doneWith'>,
  { clock, timeLimitS, since, signal }: TalkLimits,
  stopOn?: string,
): Promise<void> {
  const over = new AbortController();
  const stopListening = caller.onDigit((digit) => {
    if (digit === stopOn) over.abort();
  });
  void callee.doneWith.then(() => over.abort());
  await clock.sleep(since + timeLimitS * 1000 - clock.now(), AbortSignal.any([signal, over.signal]));
  stopListening();
}
