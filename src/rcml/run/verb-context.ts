import type { LiveLeg } from '../../call/leg/live-leg.ts';
import { standardParameters } from '../../call/leg/parameters.ts';
import { answerLeg } from '../../call/leg/answer.ts';
import type { TimelineWriter } from './timeline-writer.ts';
import type { RunContext, VerbServices } from './run-context.ts';

/** What is particular to one run of one verb. */
type VerbRun = Pick<RunContext, 'signal' | 'hasNext' | 'hasBegun' | 'beganAt' | 'resumed' | 'runDocument'>;

/** Makes what a verb has while it runs from what the call has. */
export function verbContext(
  live: LiveLeg,
  timeline: TimelineWriter,
  services: VerbServices & Pick<RunContext, 'newToken'>,
  run: VerbRun,
): RunContext {
  return {
    ...services,
    ...run,
    live,
    answer: () => answerLeg(live, services),
    warn: (warning) => {
      timeline.notify({ level: 'warning', ...warning });
      return timeline.flush();
    },
    standardParameters: () => standardParameters(live.leg, live.status),
    newToken: () => services.newToken(),
  };
}
