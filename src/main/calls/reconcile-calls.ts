import { compact } from '../../call/compact.ts';
import type { LegNames } from '../../asterisk/legs/leg-context.ts';
import { type Reconciled, reconcile } from '../../asterisk/reconcile.ts';
import type { LiveLeg } from '../../call/leg/live-leg.ts';
import type { CallMachinery } from './call-machinery.ts';
import type { Foundation } from '../foundation.ts';

/** The names by which the channels of a leg are found. */
export function namesOf({ leg: { sid, channelId } }: LiveLeg): LegNames {
  return compact({ callSid: sid, channelId });
}

/** Compares these legs with what Asterisk has; stray channels and bridges of ours are removed. Rejects with AriError. */
export function reconcileCalls(
  legs: readonly LiveLeg[],
  { ari, clock }: Foundation,
  { control }: CallMachinery,
): Promise<Reconciled> {
  return reconcile({ ari, clock, live: legs.map(namesOf), isDriven: (id) => control.owns(id) });
}
