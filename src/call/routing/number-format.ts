/** How a trunk is told numbers. */
export const NUMBER_FORMATS = ['e164', 'plain', 'national'] as const;
export type NumberFormat = (typeof NUMBER_FORMATS)[number];

/** What is known of the numbering plan behind a trunk. */
export interface NumberPlan {
  /** Undefined: numbers stay as they were dialled. */
  readonly format?: NumberFormat;
  /** Digits, such as 49. */
  readonly countryCode?: string;
  /** What is dialled before a number of the own country; `0` where nothing is said. */
  readonly nationalPrefix?: string;
}

const STANDARD_NATIONAL_PREFIX = '0';
/** A shorter one is a service or an extension. */
const LEAST_DIGITS = 7;

/** The number in the trunk's format. One that does not say its country (`110`, `2001`, `*97`) stays as it is. */
export function formatNumber(number: string, plan: NumberPlan): string {
  const international = plan.format === undefined ? undefined : internationalNumber(number, plan);
  if (international === undefined) return number;
  const digits = international.slice(1);
  switch (plan.format) {
    case 'plain':
      return digits;
    case 'national':
      return nationalNumber(digits, plan);
    default:
      return international;
  }
}

/**
 * `+`, country code and number, of a number as it may be dialled: with `+`, with `00` (in country 1: `011`) in front, or,
 * where the country is known, with the national prefix; undefined when it does not say its country.
 */
export function internationalNumber(number: string, plan: NumberPlan): string | undefined {
  if (!/^\+?\d+$/.test(number)) return undefined;
  if (number.startsWith('+')) return number;
  const { countryCode, nationalPrefix = STANDARD_NATIONAL_PREFIX } = plan;
  const abroad = abroadPrefix(plan);
  if (number.startsWith(abroad)) return longEnough(number.slice(abroad.length));
  if (countryCode === undefined || nationalPrefix === '' || !number.startsWith(nationalPrefix))
    return undefined;
  const rest = longEnough(number.slice(nationalPrefix.length));
  return rest === undefined ? undefined : `+${countryCode}${rest.slice(1)}`;
}

function nationalNumber(digits: string, plan: NumberPlan): string {
  const { countryCode, nationalPrefix = STANDARD_NATIONAL_PREFIX } = plan;
  return countryCode !== undefined && digits.startsWith(countryCode)
    ? `${nationalPrefix}${digits.slice(countryCode.length)}`
    : `${abroadPrefix(plan)}${digits}`;
}

/** What is dialled before a country code. */
function abroadPrefix({ countryCode }: NumberPlan): string {
  return countryCode === '1' ? '011' : '00';
}

function longEnough(digits: string): string | undefined {
  return digits.length < LEAST_DIGITS ? undefined : `+${digits}`;
}
