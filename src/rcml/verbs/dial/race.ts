import type { GiveUp } from '../../../call/leg/leg.ts';
import type { LiveLeg } from '../../../call/leg/live-leg.ts';
import { settledBy, type WaitLimits } from './waits.ts';

/** How the ringing of some legs ended, and what becomes of those that did not win. */
export interface Race {
  readonly winner?: LiveLeg;
  readonly others: GiveUp;
}

/** A leg that may win. */
export interface Candidate {
  readonly live: LiveLeg;
  /** The screening that it must pass once it is answered; the signal aborts when another leg has won, or none can. */
  readonly screen?: (signal: AbortSignal) => Promise<boolean>;
}

export interface RaceLimits extends WaitLimits {
  /** The time is up for this leg, while the race goes on for those that are being screened. */
  giveUp(live: LiveLeg, how: GiveUp): void;
}

/**
 * Waits until one leg is answered (and, where it is screened, has passed), none can be any more, the time is
 * up, or the caller has gone. The time does not count for a leg that is being screened.
 */
export async function firstAnswer(candidates: readonly Candidate[], limits: RaceLimits): Promise<Race> {
  const timeIsUp: GiveUp = { as: 'no-answer', why: `Nobody answered within ${limits.timeoutS} s` };
  let others: GiveUp = { as: 'canceled', why: 'Another callee answered' };
  const left = new Set(candidates.map(({ live }) => live));
  const screened = new Set<LiveLeg>();
  const decided = new AbortController();
  const { promise, over } = settledBy<Race>(limits, {
    timeIsUp: () => {
      if (screened.size === 0) return over({ others: timeIsUp });
      others = timeIsUp;
      for (const live of left) if (!screened.has(live)) limits.giveUp(live, timeIsUp);
    },
    callerHasGone: () => over({ others: { as: 'canceled', why: 'The caller has gone' } }),
  });
  if (left.size === 0) over({ others: { as: 'canceled', why: 'No leg could be made' } });
  const run = async ({ live, screen }: Candidate) => {
    if (await passes(live, screen, { screened, signal: decided.signal })) {
      over({ winner: live, others: { as: 'canceled', why: 'Another callee answered' } });
    }
    left.delete(live);
    if (left.size === 0) over({ others });
  };
  const runs = candidates.map(run);
  const race = await promise;
  decided.abort();
  // What a screening still does to its leg must not come after what is done to it next.
  await Promise.all(runs.filter((_run, index) => screened.has(candidates[index]?.live as LiveLeg)));
  return race;
}

async function passes(
  live: LiveLeg,
  screen: Candidate['screen'],
  { screened, signal }: { readonly screened: Set<LiveLeg>; readonly signal: AbortSignal },
): Promise<boolean> {
  const isUp = () => live.state.phase === 'in-progress' && !live.taken.aborted;
  await Promise.race([live.until((state) => state.phase === 'in-progress'), live.doneWith]);
  if (!isUp() || screen === undefined) return isUp();
  if (signal.aborted) return false;
  screened.add(live);
  return (await screen(signal)) && isUp();
}
