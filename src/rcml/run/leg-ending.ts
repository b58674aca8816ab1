import type { Clock } from '../../concurrency/clock.ts';
import { answerLeg } from '../../call/leg/answer.ts';
import { giveUpLeg, hangUpLeg, type LegDeps } from '../../call/leg/hang-up.ts';
import type { LiveLeg } from '../../call/leg/live-leg.ts';
import type { DocumentEnd } from './position.ts';

/** How long after another sign that a channel has gone we wait for the end of its leg to be reported. */
const END_REPORTED_WITHIN_MS = 10_000;

/** Waits until the end of a leg is reported, after a playback or recording has found that its channel is gone. */
export function reportedEnd(live: LiveLeg, clock: Clock): Promise<void> {
  return clock.sleep(END_REPORTED_WITHIN_MS, live.signal);
}

/** Ends a leg as the interpreter's last step says; resolves when it has ended. */
export async function endLeg(live: LiveLeg, end: DocumentEnd, deps: LegDeps): Promise<void> {
  if (end.why === 'endless-loop' || end.why === 'no-document') live.endsBy('document');
  switch (end.why) {
    case 'endless-loop':
      return giveUpLeg(deps, live, { as: 'failed', why: 'An endless loop of documents' }, 'error');
    case 'no-document': {
      const notFound = end.status === 404;
      const why = notFound ? 'The application server answered 404' : 'There was no document';
      return giveUpLeg(deps, live, { as: 'failed', why }, notFound ? 'not-found' : 'error');
    }
    case 'hang-up':
    case 'end-of-document':
    case 'leave':
      // Both answer a leg first that is not answered yet.
      await answerLeg(live, deps);
      live.endsBy('document');
      await hangUpLeg(deps, live);
  }
}
