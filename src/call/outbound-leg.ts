import type { LegJournal } from './journal.ts';
import type { GiveUp } from './leg.ts';
import type { LiveLeg } from './live-leg.ts';
import type { CallControl, PlaceOrder } from './ports.ts';
import type { Resolved } from './targets.ts';

/** What both ways of making an outbound leg (Dial and the Calls API) need. */
export interface OutboundDeps {
  readonly journal: LegJournal;
  readonly control: CallControl;
}

/** Begins to ring a leg that is `initiated`, or ends it `failed` where its address leads nowhere. */
export async function placeLeg(
  deps: OutboundDeps,
  live: LiveLeg,
  resolved: Resolved,
  order: Omit<PlaceOrder, 'callSid' | 'target'>,
): Promise<void> {
  if (resolved.ok) deps.control.place({ ...order, callSid: live.sid, target: resolved.target });
  else await deps.journal.apply(live, { type: 'end', why: resolved.why });
}

/** Stops trying a leg: it ends as said when its channel has gone, even if it answers late. */
export async function giveUpLeg(deps: OutboundDeps, live: LiveLeg, how: GiveUp): Promise<void> {
  await deps.journal.apply(live, { type: 'give-up', ...how });
  if (live.state.phase !== 'ended') await deps.control.hangUp(live.sid, 'normal');
}
