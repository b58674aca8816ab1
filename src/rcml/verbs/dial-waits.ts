import type { Clock } from '../../call/clock.ts';
import type { LiveLeg } from '../../call/live-leg.ts';

/** How the ringing of some legs ended, and what becomes of those that did not win. */
export interface Race {
  readonly winner?: LiveLeg;
  readonly others: { readonly as: 'canceled' | 'no-answer'; readonly why: string };
}

export interface WaitLimits {
  readonly clock: Clock;
  /** The time as the document says it, for people. */
  readonly timeoutS: number;
  /** Since when it counts; milliseconds since the epoch. */
  readonly since: number;
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal;
}

/** Waits until one leg is answered, none rings any more, the time is up, or the caller has gone. */
export function firstAnswer(legs: readonly LiveLeg[], limits: WaitLimits): Promise<Race> {
  const { promise, over } = settledBy<Race>(limits, {
    timeIsUp: { others: { as: 'no-answer', why: `Nobody answered within ${limits.timeoutS} s` } },
    callerHasGone: { others: { as: 'canceled', why: 'The caller has gone' } },
  });
  let ringing = legs.length;
  if (ringing === 0) over({ others: { as: 'canceled', why: 'No leg could be made' } });
  for (const leg of legs) {
    void Promise.race([leg.until((state) => state.phase === 'in-progress'), leg.doneWith]).then(() => {
      ringing -= 1;
      const others = { as: 'canceled', why: 'Another callee answered' } as const;
      if (leg.state.phase === 'in-progress' && !leg.taken.aborted) over({ winner: leg, others });
      else if (ringing === 0) over({ others });
    });
  }
  return promise;
}

/** Waits until the callee is gone, `stopOn` was pressed by the caller, the time is up, or the caller has gone. */
export async function endOfTalk(
  caller: LiveLeg,
  callee: LiveLeg,
  limits: WaitLimits,
  stopOn?: string,
): Promise<void> {
  const { promise, over } = settledBy<void>(limits, { timeIsUp: undefined, callerHasGone: undefined });
  const stopListening = caller.onDigit((digit) => {
    if (digit === stopOn) over();
  });
  void callee.doneWith.then(() => over());
  await promise;
  stopListening();
}

/** A promise that somebody settles with `over`, else the time or the caller's end does. */
function settledBy<T>(
  { clock, since, timeoutS, signal }: WaitLimits,
  results: { readonly timeIsUp: T; readonly callerHasGone: T },
): { promise: Promise<T>; over: (result: T) => void } {
  let over: (result: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    const callerHasGone = () => over(results.callerHasGone);
    const cancelTimer = clock.after(since + timeoutS * 1000 - clock.now(), () => over(results.timeIsUp));
    over = (result) => {
      cancelTimer();
      signal.removeEventListener('abort', callerHasGone);
      resolve(result);
    };
    signal.addEventListener('abort', callerHasGone);
    if (signal.aborted) callerHasGone();
  });
  return { promise, over };
}
