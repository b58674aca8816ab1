import type { LegJournal } from './journal.ts';
import type { Leg, LegState } from './leg.ts';
import { LiveLeg } from './live-leg.ts';

/** A leg as the store last knew it. */
export interface StoredLeg {
  readonly leg: Leg;
  readonly state: LegState;
}

/**
 * Gives every leg that a former process left without a final state its end, with the callbacks that this
 * owes. Its channel must be gone, or be ended by the caller.
 */
export async function endLeftBehind(legs: readonly StoredLeg[], journal: LegJournal): Promise<void> {
  await Promise.all(
    legs.map(async ({ leg, state }) => {
      const live = new LiveLeg(leg, state);
      await journal.apply(live, { type: 'lost', why: 'Legwork ended while this call was going on' });
      await journal.note(live, { position: null });
    }),
  );
}
