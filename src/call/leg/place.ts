import { compact } from '../compact.ts';
import type { PlaceOrder } from '../call-control.ts';
import type { Resolved } from '../routing/targets.ts';
import { TrunkTries } from './failover.ts';
import type { LegDeps } from './hang-up.ts';
import type { LiveCalls } from './live-calls.ts';
import type { LiveLeg } from './live-leg.ts';

/**
 * Begins to ring a leg that is `initiated`. If its address leads nowhere or no trunk has a free channel, the leg ends
 * `failed`, and this resolves with the reason.
 */
export async function placeLeg(
  deps: LegDeps & { readonly calls: LiveCalls },
  live: LiveLeg,
  resolved: Resolved,
  order: Omit<PlaceOrder, 'callSid' | 'target'>,
): Promise<string | undefined> {
  const why = resolved.ok ? place(deps, live, resolved, order) : resolved.why;
  if (why !== undefined) await deps.journal.apply(live, compact({ type: 'end', why }));
  return why;
}

function place(
  deps: LegDeps & { readonly calls: LiveCalls },
  live: LiveLeg,
  { target, further = [] }: Extract<Resolved, { ok: true }>,
  order: Omit<PlaceOrder, 'callSid' | 'target'>,
): string | undefined {
  if (target.kind === 'trunk') return new TrunkTries(deps, live, [target, ...further], order).begin();
  deps.control.place({ ...order, callSid: live.sid, target });
  return undefined;
}
