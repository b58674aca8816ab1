/** The states that a leg never leaves. */
export type FinalStatus = 'completed' | 'busy' | 'failed' | 'no-answer' | 'canceled';

/** What is known of an end: the SIP status decides, the Q.850 cause only where there is none. */
export interface EndCause {
  readonly sipStatus?: number;
  readonly q850?: number;
  /** For people: who or what ended it. */
  readonly why?: string;
  /** It was ended because nothing came from the other side. */
  readonly noMedia?: true;
}

/** How a leg or one of its channels ended: the cause, and the SIP Call-ID, which an unanswered leg learns only now. */
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
 * Of several outcomes the one with the lowest rank tells most: a callee who is busy exists, one who did not answer
 * may call back. Undefined (not ended yet) tells least.
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

/** The end that counts for a client whose phones have all ended: of equal ones the first that a phone reported itself. */
export function mostTellingEnd(phones: readonly PhoneEnd[]): LegEnd {
  const found = phones.reduce<PhoneEnd | undefined>(
    (best, one) => (best === undefined || phoneRank(one) < phoneRank(best) ? one : best),
    undefined,
  );
  return found?.end ?? {};
}

/** Whether the phone reported this end itself; 408 is also what Asterisk makes of a phone from which nothing came. */
export function isPhonesWord({ end, rang }: PhoneEnd): boolean {
  return end.sipStatus !== undefined && (rang || end.sipStatus !== 408);
}

function phoneRank(one: PhoneEnd): number {
  const { end, rang } = one;
  // Asterisk has several causes for a phone that we cancelled while it rang.
  const status = rang && end.sipStatus === undefined ? 'no-answer' : outcomeOf(end, rang);
  return tellingRank(status) + (isPhonesWord(one) ? 0 : 0.5);
}
