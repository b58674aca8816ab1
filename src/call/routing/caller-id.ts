import { formatNumber, type NumberPlan } from './number-format.ts';

/** Whose numbers a trunk may be sent as the caller. */
export const CALLER_ID_POLICIES = ['pass', 'account', 'anonymous-ok'] as const;
export type CallerIdPolicy = (typeof CALLER_ID_POLICIES)[number];

/** Whom an outbound call names as the caller. */
export interface ShownCaller {
  /** The user part of From; of a withheld caller that of P-Asserted-Identity alone. */
  readonly from: string;
  /** From says `anonymous`, and `Privacy: id` asks everybody on the way to keep it so. */
  readonly isWithheld?: true;
}

export interface CallerRules extends NumberPlan {
  readonly callerIdPolicy?: CallerIdPolicy;
  /** Stands for a caller that may not be sent. */
  readonly defaultNumber?: string;
}

/** What phones and carriers say when the caller is not to be shown (RFC 3323, and what is seen instead of it). */
const WITHHELD = /^(?:anonymous|restricted|unavailable|unknown|private|withheld)$/i;

/**
 * The caller as a trunk is told. `pass`: whoever it is. `account`: a number of the account, else the trunk's default
 * number, else nobody. `anonymous-ok`: the same, but who withholds his number stays anonymous.
 */
export function shownCaller(from: string, rules: CallerRules, isOwnNumber: boolean): ShownCaller {
  const { callerIdPolicy = 'pass', defaultNumber } = rules;
  if (callerIdPolicy === 'pass' || isOwnNumber) return { from: formatNumber(from, rules) };
  const standIn = defaultNumber === undefined ? undefined : formatNumber(defaultNumber, rules);
  const isAnonymous = callerIdPolicy === 'anonymous-ok' && WITHHELD.test(from);
  if (standIn === undefined || isAnonymous) return { from: standIn ?? 'anonymous', isWithheld: true };
  return { from: standIn };
}
