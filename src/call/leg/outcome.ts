/** The final states, which a leg never leaves. */
export type FinalStatus = 'completed' | 'busy' | 'failed' | 'no-answer' | 'canceled';

/** What is known about an end. The SIP status decides; the Q.850 cause counts only if there is none. */
export interface EndCause {
  readonly sipStatus?: number;
  readonly q850?: number;
  /** For people: who or what ended it. */
  readonly why?: string;
  /** The leg was ended because no media came from the other side. */
  readonly noMedia?: true;
}

/** How a leg or one of its channels ended: the cause, and the SIP Call-ID, which is news for an unanswered leg. */
export type LegEnd = EndCause & { readonly sipCallId?: string };

/**
 * The final state of an outbound leg that ended before it was answered (docs/rcml.md, "Dial"). `rang`: a 180 or
 * 183 had come.
 */
export function outcomeOf(cause: EndCause, rang: boolean): Exclude<FinalStatus, 'completed'> {
  switch (cause.sipStatus) {
    case 486:
    case 600:
    case 603:
      return 'busy';
    case 480:
      return 'no-answer';
    case 408:
      return rang ? 'no-answer' : 'failed';
    case undefined:
      break;
    default:
      return 'failed';
  }
  switch (cause.q850) {
    case 17: // user busy
      return 'busy';
    case 18: // no user responding
    case 19: // no answer from user
      return rang ? 'no-answer' : 'failed';
    default:
      return 'failed';
  }
}

const MOST_TELLING: readonly FinalStatus[] = ['completed', 'busy', 'no-answer', 'failed', 'canceled'];

/**
 * Ranks outcomes when several legs or phones were called; the one with the lowest rank counts. A busy callee says more
 * than one who did not answer, and that more than a failure. Undefined (not ended yet) comes last.
 */
export function tellingRank(status: FinalStatus | undefined): number {
  return status === undefined ? MOST_TELLING.length : MOST_TELLING.indexOf(status);
}

/** The end of one of a client's phones that did not win. */
export interface PhoneEnd {
  readonly end: LegEnd;
  /** Whether a 180 or 183 had come from it. */
  readonly rang: boolean;
}

/** The end that counts when all phones of a client have ended. Among equal ones it is the first that a phone sent itself. */
export function mostTellingEnd(phones: readonly PhoneEnd[]): LegEnd {
  const found = phones.reduce<PhoneEnd | undefined>(
    (best, one) => (best === undefined || phoneRank(one) < phoneRank(best) ? one : best),
    undefined,
  );
  return found?.end ?? {};
}

/** Whether the phone sent this end itself; 408 is also what Asterisk says when nothing came from a phone. */
export function isPhonesWord({ end, rang }: PhoneEnd): boolean {
  return end.sipStatus !== undefined && (rang || end.sipStatus !== 408);
}

function phoneRank(one: PhoneEnd): number {
  const { end, rang } = one;
  // Asterisk has several causes for a phone that we cancelled while it rang.
  const status = rang && end.sipStatus === undefined ? 'no-answer' : outcomeOf(end, rang);
  return tellingRank(status) + (isPhonesWord(one) ? 0 : 0.5);
}
