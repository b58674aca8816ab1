import type { Clock } from '../../concurrency/clock.ts';
import type { LegJournal } from './journal.ts';
import type { LiveCalls } from './live-calls.ts';
import type { StoredLeg } from '../journal-store.ts';

/** A newer leg may be on its way from memory to the database, or the other way round. */
const SETTLED_MS = 60_000;

export interface UndrivenDeps {
  readonly calls: LiveCalls;
  readonly journal: LegJournal;
  readonly clock: Clock;
  /** Told of each leg that was ended. */
  onEnded(callSid: string): void;
}

/** Ends the legs that do not live here; `stored` are those that were live in the store a moment ago. */
export async function endUndriven(stored: readonly StoredLeg[], deps: UndrivenDeps): Promise<void> {
  const { calls, clock, journal } = deps;
  for (const { leg } of stored) {
    if (clock.now() - leg.createdAt < SETTLED_MS || calls.get(leg.sid) !== undefined) continue;
    // The leg may have ended since then; without a second look at the store it would end twice.
    const now = await calls.find(leg.sid);
    if (now === undefined || now.state.phase === 'ended') continue;
    deps.onEnded(leg.sid);
    await journal.apply(now, { type: 'lost', why: 'Nobody drove it' });
  }
}
