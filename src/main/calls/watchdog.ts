import { endUndriven } from '../../call/leg/undriven-legs.ts';
import type { CallMachinery } from './call-machinery.ts';
import type { Foundation } from '../foundation.ts';
import { reconcileCalls } from './reconcile-calls.ts';

const EVERY_MS = 20_000;
/** A leg is lost when its channel was missing in this many rounds in a row. */
const ROUNDS = 2;

/**
 * Compares, again and again, our live legs with what Asterisk has: legs without a channel are ended, channels and
 * bridges of ours that belong to nobody are removed, and legs in the database that nobody drives are ended. Returns a
 * function that ends it.
 */
export function watchCalls(foundation: Foundation, machinery: CallMachinery): () => void {
  const { ari, clock, log } = foundation;
  const missing = new Map<string, number>();
  let stopped = false;
  let cancel = clock.after(EVERY_MS, next);
  function next(): void {
    const round = ari.state() === 'up' ? look(foundation, machinery, missing) : Promise.resolve();
    void round
      .catch((err: unknown) => log.warn({ err }, 'The watchdog could not look'))
      .then(() => {
        if (!stopped) cancel = clock.after(EVERY_MS, next);
      });
  }
  return () => {
    stopped = true;
    cancel();
  };
}

async function look(
  foundation: Foundation,
  machinery: CallMachinery,
  missing: Map<string, number>,
): Promise<void> {
  const { log, store } = foundation;
  const { services } = machinery;
  const live = services.calls.all().filter(({ state }) => state.phase !== 'queued');
  const { lost, hungUp, destroyedBridges } = await reconcileCalls(live, foundation, machinery);
  if (hungUp + destroyedBridges > 0) log.error({ hungUp, destroyedBridges }, 'The watchdog removed strays');
  for (const sid of missing.keys()) if (!lost.includes(sid)) missing.delete(sid);
  for (const sid of lost) {
    const rounds = (missing.get(sid) ?? 0) + 1;
    missing.set(sid, rounds);
    if (rounds < ROUNDS) continue;
    log.error({ callSid: sid }, 'The watchdog ended a leg that has no channel');
    await services.calls.input(sid, { type: 'lost', why: 'Its channel was not there any more' });
  }
  await endUndriven(await store.nonFinalLegs(), {
    ...services,
    onEnded: (callSid) => log.error({ callSid }, 'The watchdog ended a leg that nobody drove'),
  });
}
