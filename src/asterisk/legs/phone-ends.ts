import type { FinalStatus } from '../../call/leg/outcome.ts';
import { outcomeOf } from '../../call/leg/outcome.ts';
import type { ChannelEnd } from '../ari/events.ts';

/** How the call of one of a client's phones ended that did not win. */
export interface PhoneEnd {
  readonly end: ChannelEnd;
  /** Whether a 180 or 183 had come from it. */
  readonly rang: boolean;
}

/** The best end of several phones decides: somebody who is busy exists, somebody who did not answer may call back. */
const RANKING: readonly FinalStatus[] = ['busy', 'no-answer', 'failed', 'canceled'];

/** Of equal ends the first that a phone told itself. */
export function bestEnd(ends: readonly PhoneEnd[]): ChannelEnd {
  const found = ends.reduce<PhoneEnd | undefined>(
    (best, one) => (best === undefined || rank(one) < rank(best) ? one : best),
    undefined,
  );
  return found?.end ?? {};
}

/** Whether a phone said so itself; 408 is also what Asterisk says of one from which nothing came. */
export function isItsWord({ end, rang }: PhoneEnd): boolean {
  return end.sipStatus !== undefined && (rang || end.sipStatus !== 408);
}

function rank(one: PhoneEnd): number {
  const { end, rang } = one;
  // Asterisk has several causes for one that we cancelled while it rang.
  const status = rang && end.sipStatus === undefined ? 'no-answer' : outcomeOf(end, rang);
  return RANKING.indexOf(status) + (isItsWord(one) ? 0 : 0.5);
}
