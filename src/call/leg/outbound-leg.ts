import type { Clock } from '../../concurrency/clock.ts';
import type { LegJournal } from './journal.ts';
import type { GiveUp } from './leg.ts';
import type { LiveCalls } from './live-calls.ts';
import type { LiveLeg } from './live-leg.ts';
import type { CallControl, DialTarget, HangUpReason, PlaceOrder } from '../call-control.ts';
import type { Resolved } from '../routing/targets.ts';

/** What ends and begins legs. */
export interface LegDeps {
  readonly journal: LegJournal;
  readonly control: CallControl;
  readonly clock: Clock;
}

/** So long Asterisk may take to confirm that a channel has gone, before the leg counts as lost. */
const END_CONFIRMED_WITHIN_MS = 10_000;

/**
 * Begins to ring a leg that is `initiated`, or ends it `failed` where its address leads nowhere or its trunk
 * has no channel free: then it resolves with why.
 */
export async function placeLeg(
  deps: LegDeps & { readonly calls: LiveCalls },
  live: LiveLeg,
  resolved: Resolved,
  order: Omit<PlaceOrder, 'callSid' | 'target'>,
): Promise<string | undefined> {
  const why = resolved.ok ? takeChannel(deps.calls, live, resolved.target) : resolved.why;
  if (resolved.ok && why === undefined) {
    deps.control.place({ ...order, callSid: live.sid, target: resolved.target });
  } else {
    await deps.journal.apply(live, { type: 'end', ...(why === undefined ? {} : { why }) });
  }
  return why;
}

/** Takes a channel of the leg's trunk until it has ended; resolves with why when there is none. */
function takeChannel({ trunks }: LiveCalls, live: LiveLeg, target: DialTarget): string | undefined {
  if (target.kind !== 'trunk') return undefined;
  const { trunkSid, maxChannels } = target;
  const release = trunks.take(trunkSid, maxChannels);
  if (release === undefined) return `All ${maxChannels} channels of trunk ${trunkSid} are in use`;
  void live.ended.then(release);
  return undefined;
}

/**
 * Stops trying a leg that nobody has answered: it ends as said when its channel has gone, even if it answers
 * late. One that was answered after all is hung up and ends `completed`. Resolves when it has ended.
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

/** Hangs a leg up in any state and resolves when it has ended, which it does even if Asterisk is silent. */
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
