import { hangUpLeg } from '../call/outbound-leg.ts';
import { endCall } from '../rcml/api-calls.ts';
import type { CallServices } from '../rcml/inbound-calls.ts';
import type { CallbackDispatcher } from '../webhooks/dispatcher.ts';
import type { Undo } from './undo.ts';

/** So long the callbacks of the last calls may take before they are left to the next start. */
const FLUSH_MS = 5_000;

/** Ends the service in order: no new calls, the running ones, what they owe, then everything else. */
export async function stopLegwork(
  services: CallServices,
  dispatcher: CallbackDispatcher,
  undo: Undo,
  drainMs: number,
): Promise<void> {
  const { admission, calls, clock, recordings } = services;
  admission.close();
  await within(calls.empty(), drainMs, services);
  await Promise.all(
    calls.all().map(async (live) => {
      await endCall(live, services);
      await hangUpLeg(services, live);
    }),
  );
  // Their callbacks are owed too; what cannot be fetched now is fetched at the next start.
  await within(recordings.idle(), FLUSH_MS, { clock });
  await within(dispatcher.idle(), FLUSH_MS, { clock });
  await undo.run();
}

/** Resolves with `work`, or when the time is up. */
async function within(
  work: Promise<void>,
  ms: number,
  { clock }: Pick<CallServices, 'clock'>,
): Promise<void> {
  const done = new AbortController();
  void work.then(() => done.abort());
  await clock.sleep(ms, done.signal);
}
