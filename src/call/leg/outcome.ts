/**
 * The final state of an outbound leg that ended before it was answered (the table in spec/rcml.md,
 * "Leg states"). `rang`: a 180 or 183 had come.
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
