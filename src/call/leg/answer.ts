import { giveUpLeg, type LegDeps } from './hang-up.ts';
import type { LiveLeg } from './live-leg.ts';
import { OVER } from '../../concurrency/over.ts';

/** A leg is given up when Asterisk has not answered it within this time after we asked it to. */
const ANSWER_TIMEOUT_MS = 10_000;

/** Whether this is an inbound leg that still waits for our answer. */
export function isUnanswered(live: LiveLeg): boolean {
  return live.leg.direction === 'inbound' && live.state.phase === 'ringing';
}

/** Answers an inbound leg that is not answered yet; resolves when it is `in-progress` or has ended. */
export async function answerLeg(live: LiveLeg, deps: LegDeps): Promise<void> {
  if (!isUnanswered(live)) return;
  // Somebody is ending it already.
  if ('giveUp' in live.state) return live.ended;
  const answered = new AbortController();
  const settled = live.until((state) => state.phase === 'in-progress').then(() => answered.abort(OVER));
  await deps.control.answer(live.sid);
  await deps.clock.sleep(ANSWER_TIMEOUT_MS, answered.signal);
  if (!isUnanswered(live)) return settled;
  live.endsBy('network');
  await giveUpLeg(deps, live, { as: 'failed', why: 'The call could not be answered' }, 'error');
}
