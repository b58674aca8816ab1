import { within } from '../../concurrency/deadline.ts';
import { hangUpLeg } from '../../call/leg/hang-up.ts';
import { endCall } from '../../rcml/run/api-calls.ts';
import type { CallServices } from '../../rcml/run/inbound-calls.ts';
import type { CallbackDispatcher } from '../../webhooks/delivery/dispatcher.ts';
import type { Undo } from '../undo.ts';

/** How long the last calls' actions, recordings and callbacks may each take before they are left to the next start. */
const FLUSH_MS = 5_000;
/** Asterisk confirms the end of a channel within 10 s; the rest is for writing it. */
const CALLS_END_WITHIN_MS = 15_000;

/** Ends the service in order: no new calls, the running ones, what they owe, then everything else. */
export async function stopLegwork(
  services: CallServices,
  dispatcher: CallbackDispatcher,
  undo: Undo,
  drainMs: number,
): Promise<void> {
  const { admission, calls, clock, pace, recordings, runs, streams } = services;
  admission.close();
  pace.close();
  await within(clock, drainMs, () => calls.empty(), undefined);
  // While the database cannot be written to no leg ends: the next start finds that their channels have gone.
  await within(clock, CALLS_END_WITHIN_MS, () => endCalls(services), undefined);
  await within(clock, FLUSH_MS, () => runs.idle(), undefined);
  await within(clock, FLUSH_MS, () => streams.idle(), undefined);
  // Their callbacks are owed too; what cannot be fetched now is fetched at the next start.
  await within(clock, FLUSH_MS, () => recordings.idle(), undefined);
  await within(clock, FLUSH_MS, () => dispatcher.idle(), undefined);
  await undo.run();
}

export async function endCalls(services: CallServices): Promise<void> {
  const { calls } = services;
  // A leg may dial another one a moment before its own turn comes.
  while (calls.size > 0) {
    await Promise.all(
      calls.all().map(async (live) => {
        await endCall(live, services);
        await hangUpLeg(services, live);
      }),
    );
  }
}
