import type { Clock } from '../../concurrency/clock.ts';
import type { LiveLeg } from '../../call/leg/live-leg.ts';
import { giveUpLeg, hangUpLeg } from '../../call/leg/outbound-leg.ts';
import type { Ending } from './position.ts';
import type { VerbServices } from './run-context.ts';

/** A leg is given up when Asterisk has not answered it within this time after we asked it to. */
const ANSWER_TIMEOUT_MS = 10_000;

export type EndingServices = Pick<VerbServices, 'control' | 'clock' | 'journal'>;

/** Whether this is an inbound leg that still waits for our answer. */
export function isUnanswered(live: LiveLeg): boolean {
  return live.leg.direction === 'inbound' && live.state.phase === 'ringing';
}

/** Answers an inbound leg that is not answered yet; resolves when it is `in-progress` or has ended. */
export async function answerLeg(live: LiveLeg, services: EndingServices): Promise<void> {
  if (!isUnanswered(live)) return;
  // Somebody is ending it already.
  if ('giveUp' in live.state) return live.ended;
  const answered = new AbortController();
  const settled = live.until((state) => state.phase === 'in-progress').then(() => answered.abort());
  await services.control.answer(live.sid);
  await services.clock.sleep(ANSWER_TIMEOUT_MS, answered.signal);
  if (!isUnanswered(live)) return settled;
  await giveUpLeg(services, live, { as: 'failed', why: 'The call could not be answered' }, 'error');
}

/** How long after another sign that a channel has gone we wait for the end of its leg to be reported. */
const END_REPORTED_WITHIN_MS = 10_000;

/** Waits until the end of a leg is reported, after a playback or recording has found that its channel is gone. */
export function reportedEnd(live: LiveLeg, clock: Clock): Promise<void> {
  return clock.sleep(END_REPORTED_WITHIN_MS, live.signal);
}

/** Ends a leg as the interpreter's last step says; resolves when it has ended. */
export async function endLeg(live: LiveLeg, ending: Ending, services: EndingServices): Promise<void> {
  switch (ending.why) {
    case 'endless-loop':
      return giveUpLeg(services, live, { as: 'failed', why: 'An endless loop of documents' }, 'error');
    case 'no-document': {
      const notFound = ending.status === 404;
      const why = notFound ? 'The application server answered 404' : 'There was no document';
      return giveUpLeg(services, live, { as: 'failed', why }, notFound ? 'not-found' : 'error');
    }
    case 'hang-up':
    case 'end-of-document':
      // Both answer a leg first that is not answered yet.
      await answerLeg(live, services);
      await hangUpLeg(services, live);
  }
}
