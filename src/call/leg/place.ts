import { compact } from '../compact.ts';
import type { DialTarget, PlaceOrder } from '../call-control.ts';
import type { Resolved } from '../routing/targets.ts';
import type { LegDeps } from './hang-up.ts';
import type { LiveCalls } from './live-calls.ts';
import type { LiveLeg } from './live-leg.ts';

/**
 * Begins to ring a leg that is `initiated`. If its address leads nowhere or its trunk has no free channel, the leg
 * ends `failed`, and this resolves with the reason.
 */
export async function placeLeg(
  deps: Pick<LegDeps, 'control' | 'journal'> & { readonly calls: LiveCalls },
  live: LiveLeg,
  resolved: Resolved,
  order: Omit<PlaceOrder, 'callSid' | 'target'>,
): Promise<string | undefined> {
  const why = resolved.ok ? takeChannel(deps.calls, live, resolved.target) : resolved.why;
  if (resolved.ok && why === undefined) {
    deps.control.place({ ...order, callSid: live.sid, target: resolved.target });
  } else {
    await deps.journal.apply(live, compact({ type: 'end', why }));
  }
  return why;
}

/** Takes a channel of the leg's trunk until the leg has ended; returns why if there is none. */
function takeChannel({ trunks }: LiveCalls, live: LiveLeg, target: DialTarget): string | undefined {
  if (target.kind !== 'trunk') return undefined;
  const { trunkSid, maxChannels } = target;
  const release = trunks.take(trunkSid, maxChannels);
  if (release === undefined) return `All ${maxChannels} channels of trunk ${trunkSid} are in use`;
  void live.ended.then(release);
  return undefined;
}
