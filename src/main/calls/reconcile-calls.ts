import { compact } from '../../call/compact.ts';
import { type LiveLegRow, type Reconciled, reconcile } from '../../asterisk/reconcile.ts';
import type { LiveLeg } from '../../call/leg/live-leg.ts';
import type { CallMachinery } from './call-machinery.ts';
import type { Foundation } from '../foundation.ts';

/** A leg in the form in which its channel is looked for in Asterisk. */
export function channelRow({ leg: { sid, channelId } }: LiveLeg): LiveLegRow {
  return compact({ callSid: sid, channelId });
}

/** Compares these legs with what Asterisk has; stray channels and bridges of ours are removed. Rejects with AriError. */
export function reconcileCalls(
  legs: readonly LiveLeg[],
  { ari, clock }: Foundation,
  { control }: CallMachinery,
): Promise<Reconciled> {
  return reconcile({ ari, clock, live: legs.map(channelRow), isDriven: (id) => control.owns(id) });
}
