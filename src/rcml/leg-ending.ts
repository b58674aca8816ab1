import type { GiveUp } from '../call/leg.ts';
import type { LiveLeg } from '../call/live-leg.ts';
import type { HangUpReason } from '../call/ports.ts';
import type { Ending } from './position.ts';
import type { VerbServices } from './run-context.ts';

const ANSWER_TIMEOUT_MS = 10_000;
/** An end that nobody reports within this time is a mistake of ours. */
export const END_REPORT_TIMEOUT_MS = 60_000;

type EndingServices = Pick<VerbServices, 'control' | 'clock' | 'journal'>;

/** Whether this is an inbound leg that still waits for our answer. */
export function isUnanswered(live: LiveLeg): boolean {
  return live.leg.direction === 'inbound' && live.state.phase === 'ringing';
}

/** Answers an inbound leg that waits for it; resolves when it talks or has ended. */
export async function answerLeg(live: LiveLeg, services: EndingServices): Promise<void> {
  const { control, clock } = services;
  if (!isUnanswered(live)) return;
  const answered = new AbortController();
  const settled = live.until((state) => state.phase === 'in-progress').then(() => answered.abort());
  await control.answer(live.sid);
  await clock.sleep(ANSWER_TIMEOUT_MS, answered.signal);
  if (!isUnanswered(live)) return settled;
  const giveUp: GiveUp = { as: 'failed', why: 'The call could not be answered' };
  await rejectLeg(live, 'error', giveUp, services);
}

/** Ends a leg: an unanswered one with this reason and final state, an answered one as `completed`. */
export async function rejectLeg(
  live: LiveLeg,
  reason: HangUpReason,
  giveUp: GiveUp,
  services: EndingServices,
): Promise<void> {
  await services.journal.apply(live, { type: 'give-up', ...giveUp });
  await hangUpLeg(live, reason, services);
}

/** Ends a leg as a step of the interpreter says. */
export async function endLeg(live: LiveLeg, ending: Ending, services: EndingServices): Promise<void> {
  if (ending.why === 'no-document') {
    const notFound = ending.status === 404;
    const why = notFound ? 'The application server said 404' : 'There was no document';
    return rejectLeg(live, notFound ? 'not-found' : 'error', { as: 'failed', why }, services);
  }
  if (ending.why === 'end-of-document') await answerLeg(live, services);
  await hangUpLeg(live, 'normal', services);
}

async function hangUpLeg(
  live: LiveLeg,
  reason: HangUpReason,
  { control, clock }: EndingServices,
): Promise<void> {
  if (live.signal.aborted) return;
  await control.hangUp(live.sid, reason);
  await clock.sleep(END_REPORT_TIMEOUT_MS, live.signal);
}
