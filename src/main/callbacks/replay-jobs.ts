import { type ReplayJobDeps, ReplayJobs } from '../../api/jobs/replay-jobs.ts';
import type { Undo } from '../undo.ts';

/** Goes on with the jobs that a former process left. */
export function startReplayJobs(
  { callbacks, jobs, isAlone, clock, log }: ReplayJobDeps,
  undo: Undo,
): ReplayJobs {
  const replayJobs = new ReplayJobs({ callbacks, jobs, isAlone, clock, log });
  undo.add(() => replayJobs.stop());
  replayJobs.start();
  return replayJobs;
}
