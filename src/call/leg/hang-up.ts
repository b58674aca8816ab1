import type { Clock } from '../../concurrency/clock.ts';
import type { CallControl, HangUpReason } from '../call-control.ts';
import type { LegJournal } from './journal.ts';
import type { GiveUp } from './leg.ts';
import type { LiveLeg } from './live-leg.ts';

/** What it takes to place, answer and end legs. */
export interface LegDeps {
  readonly journal: LegJournal;
  readonly control: CallControl;
  readonly clock: Clock;
}

/** The leg counts as lost when Asterisk has not confirmed within this time that its channel is gone. */
const END_CONFIRMED_WITHIN_MS = 10_000;

/**
 * Stops trying a leg that nobody has answered: when its channel is gone it ends as `how` says, even if it answers
 * late. If it was answered before, it is hung up and ends `completed`. Resolves when it has ended.
 */
export async function giveUpLeg(
  deps: LegDeps,
  live: LiveLeg,
  how: GiveUp,
  reason: HangUpReason = 'normal',
): Promise<void> {
  await deps.journal.apply(live, { type: 'give-up', ...how });
  await hangUpLeg(deps, live, reason);
}

/** Hangs a leg up in any state and resolves when it has ended, which it does even if Asterisk stays silent. */
export async function hangUpLeg(
  deps: LegDeps,
  live: LiveLeg,
  reason: HangUpReason = 'normal',
): Promise<void> {
  if (live.state.phase === 'ended') return;
  const cancel = deps.clock.after(END_CONFIRMED_WITHIN_MS, () => {
    void deps.journal.apply(live, { type: 'lost', why: 'Asterisk did not confirm the end of the channel' });
  });
  await deps.control.hangUp(live.sid, reason);
  await live.ended;
  cancel();
}
