import type { LiveLeg } from '../call/live-leg.ts';
import { standardParameters } from '../call/parameters.ts';
import { answerLeg } from './leg-ending.ts';
import type { CallRecord } from './record.ts';
import type { RunContext, VerbServices } from './run-context.ts';

/** What is particular to one run of one verb. */
export interface VerbRun
  extends Pick<
    RunContext,
    'signal' | 'hasNext' | 'hasBegun' | 'beganAt' | 'savedState' | 'resumed' | 'saveState' | 'runDocument'
  > {
  readonly live: LiveLeg;
  readonly record: CallRecord;
}

/** What a verb has while it runs, from what the call has. */
export function verbContext(run: VerbRun, services: VerbServices & Pick<RunContext, 'newToken'>): RunContext {
  const { live, record } = run;
  const { control, journal, clock, sounds, calls, directory, rooms, recordings, recordingFiles } = services;
  return {
    control,
    journal,
    clock,
    sounds,
    calls,
    directory,
    rooms,
    recordings,
    recordingFiles,
    ...(services.recognizer === undefined ? {} : { recognizer: services.recognizer }),
    live,
    signal: run.signal,
    hasNext: run.hasNext,
    hasBegun: run.hasBegun,
    beganAt: run.beganAt,
    savedState: run.savedState,
    resumed: run.resumed,
    answer: () => answerLeg(live, services),
    warn: (warning) => {
      record.notify({ level: 'warning', ...warning });
      return record.flush();
    },
    standardParameters: () => standardParameters(live.leg, live.status),
    saveState: (state) => run.saveState(state),
    runDocument: (side) => run.runDocument(side),
    newToken: () => services.newToken(),
  };
}
