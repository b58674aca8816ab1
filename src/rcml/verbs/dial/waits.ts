import type { Clock } from '../../../concurrency/clock.ts';
import type { LiveLeg } from '../../../call/leg/live-leg.ts';

export interface WaitLimits {
  readonly clock: Clock;
  /** The time limit in the document. */
  readonly timeoutS: number;
  /** Since when it counts; milliseconds since the epoch. */
  readonly since: number;
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal;
}

/** Waits until the callee is gone, `stopOn` was pressed by the caller, the time is up, or the caller has gone. */
export async function endOfTalk(
  caller: LiveLeg,
  callee: Pick<LiveLeg, 'doneWith'>,
  limits: WaitLimits,
  stopOn?: string,
): Promise<void> {
  const { promise, over } = settledBy<void>(limits, {
    timeIsUp: () => over(),
    callerHasGone: () => over(),
  });
  const stopListening = caller.onDigit((digit) => {
    if (digit === stopOn) over();
  });
  void callee.doneWith.then(() => over());
  await promise;
  stopListening();
}

/** A promise that `over` settles; `when` is told when the time is up and when the caller has gone. */
export function settledBy<T>(
  { clock, since, timeoutS, signal }: WaitLimits,
  when: { timeIsUp(): void; callerHasGone(): void },
): { promise: Promise<T>; over: (result: T) => void } {
  let resolve: (result: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  const callerHasGone = () => when.callerHasGone();
  const cancelTimer = clock.after(since + timeoutS * 1000 - clock.now(), () => when.timeIsUp());
  const over = (result: T) => {
    cancelTimer();
    signal.removeEventListener('abort', callerHasGone);
    resolve(result);
  };
  signal.addEventListener('abort', callerHasGone);
  if (signal.aborted) queueMicrotask(callerHasGone);
  return { promise, over };
}
