import type { LiveLeg } from '../../call/leg/live-leg.ts';
import { runCall } from './call-runner.ts';
import type { CallStart } from './call-start.ts';
import type { CallServices } from './inbound-calls.ts';
import { POSITION_VERSION, type TakenPosition } from './position.ts';

/**
 * Takes a leg out of the Dial that made it: it runs this document as soon as it is answered. When that is done again
 * before the answer, the later document runs. Resolves when it is durable.
 */
export function takeOut(live: LiveLeg, start: CallStart, services: CallServices): Promise<void> {
  const { journal, runs } = services;
  const isTaken = live.taken.aborted;
  const letGo = live.takeOut();
  void runs.setStart(live.sid, start);
  const position: TakenPosition = { version: POSITION_VERSION, kind: 'taken', start };
  const kept = journal.note(live, { position });
  if (!isTaken) void letGo.then(() => runWhenAnswered(live, start, services));
  return kept;
}

/** Resumes a leg that a former process had taken out. */
export function resumeTaken(live: LiveLeg, { start }: TakenPosition, services: CallServices): Promise<void> {
  return runWhenAnswered(live, start, services);
}

async function runWhenAnswered(live: LiveLeg, start: CallStart, services: CallServices): Promise<void> {
  const { journal, runs } = services;
  const state = await live.until(({ phase }) => phase === 'in-progress');
  if (state.phase === 'in-progress') return runCall({ ...services, ...start, live });
  runs.takeStart(live.sid);
  await journal.note(live, { position: null });
}
