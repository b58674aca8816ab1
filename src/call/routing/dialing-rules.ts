import { countryPrefixes, countryPrefixOf } from './country-codes.ts';
import { internationalNumber, type NumberPlan } from './number-format.ts';

/** Which numbers an account may dial, or may not. */
export interface DialingRule {
  /** With `+`: numbers of that country code; without: numbers that are dialled so. Undefined: the whole country. */
  readonly prefix?: string;
  /** ISO 3166, two capitals. */
  readonly country?: string;
  readonly allows: boolean;
}

/** The rules of one account; those of each account above it count as well. */
export interface DialingRules {
  readonly accountSid: string;
  /** None: it may dial everything. */
  readonly rules: readonly DialingRule[];
}

/** What is known of the way that a number will take. */
export interface DiallingPlan extends NumberPlan {
  /** Digits that only choose the way, such as the 9 for an outside line. */
  readonly stripDigits?: number;
}

/** A number of at most so many digits that does not say its country is an extension or a service: emergency calls always pass. */
const MOST_DIGITS_OF_A_SERVICE = 6;
const DIGITS_WITHIN_COUNTRY_1 = 10;

/** Why these accounts may not dial a number, of which only digits, `*`, `#` and a leading `+` are left; undefined when they may. */
export function dialingProblem(
  all: readonly DialingRules[],
  number: string,
  plan: DiallingPlan = {},
): string | undefined {
  for (const { accountSid, rules } of all) {
    if (rules.length === 0) continue;
    // Behind a star code (`*31#`) comes what is really dialled.
    const refused = number.split(/[*#]+/).some((part) => !isAllowed(rules, part, plan));
    if (refused) return `The DialingPermissions of ${accountSid} do not allow calls to ${number}`;
  }
  return undefined;
}

function isAllowed(rules: readonly DialingRule[], written: string, plan: DiallingPlan): boolean {
  const international = inFull(written, plan);
  let longest = 0;
  let verdict: boolean | undefined;
  for (const rule of rules) {
    const digits = digitsOf(rule, written, international);
    if (digits === 0 || digits < longest) continue;
    verdict = digits === longest && verdict === false ? false : rule.allows;
    longest = digits;
  }
  if (verdict !== undefined) return verdict;
  if (isService(written)) return true;
  // Of a number that does not say its country nobody knows whether it is one of those that are not allowed.
  return international !== undefined && !rules.some(({ allows }) => allows);
}

/** How many digits of the number a rule is about; 0: it is not about this number. */
function digitsOf(
  { prefix, country }: DialingRule,
  written: string,
  international: string | undefined,
): number {
  if (country !== undefined) {
    const own = international === undefined ? undefined : countryPrefixOf(international);
    return own !== undefined && countryPrefixes(country)?.includes(own) === true ? own.length - 1 : 0;
  }
  if (prefix === undefined) return 0;
  if (!prefix.startsWith('+')) return written.startsWith(prefix) ? prefix.length : 0;
  return international?.startsWith(prefix) === true ? prefix.length - 1 : 0;
}

/** The number with `+` and its country code, as whoever connects it will understand it; undefined when that is not certain. */
function inFull(written: string, plan: DiallingPlan): string | undefined {
  const { countryCode, stripDigits = 0 } = plan;
  const known =
    internationalNumber(written, plan) ??
    (stripDigits > 0 ? internationalNumber(written.slice(stripDigits), plan) : undefined);
  if (known !== undefined || isService(written)) return known;
  if (countryCode === '1' && written.length === DIGITS_WITHIN_COUNTRY_1) return `+1${written}`;
  return written.startsWith('0') ? undefined : `+${written}`;
}

function isService(written: string): boolean {
  return !written.startsWith('+') && written.length <= MOST_DIGITS_OF_A_SERVICE;
}
