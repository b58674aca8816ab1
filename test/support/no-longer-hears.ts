import { systemClock } from '../../src/clock.ts';
import type { IncomingCall, OutgoingCall } from '../../src/phone/phone.ts';
import { waitUntil } from './wait-until.ts';

/** Resolves once nothing of the tone comes in 300 ms. */
export async function noLongerHears(
  { audio }: Pick<IncomingCall | OutgoingCall, 'audio'>,
  hz: number,
): Promise<void> {
  await waitUntil(`no ${hz} Hz is heard`, async () => {
    audio.mark();
    // Of a muted leg no packet comes at all: silence can only be measured by letting time pass.
    await systemClock.sleep(300);
    return audio.toneMs(hz) === 0;
  });
}
