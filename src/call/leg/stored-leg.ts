import type { Leg, LegState } from './leg.ts';

/** A leg as the store last knew it. */
export interface StoredLeg {
  readonly leg: Leg;
  readonly state: LegState;
}
