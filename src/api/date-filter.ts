import { API_ERRORS, badRequest } from './errors.ts';
import type { Form } from './form.ts';

const SECOND_MS = 1000;
const DAY_MS = 86_400_000;
const ISO = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
/** RFC 2822, the format of dates in our own replies. */
const MAIL = /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:[+-]\d{4}|GMT)$/;

/** Milliseconds since the epoch; `from` is included, `before` is not. */
export interface Span {
  readonly from?: number;
  readonly before?: number;
}

/**
 * Reads the filters of a query for one time: `Name`, `Name>=`, `Name<=`, and `Name>2026-01-31` without `=`. In
 * `Name>=2026-01-31` the `=` is the one that separates name and value, so the names `Name>` and `Name<` mean "or
 * equal", as with Twilio. A date stands for the whole day, a time for the whole second. Given as `Name` alone, a time
 * that is midnight in UTC stands for the whole day too. Several bounds must all hold.
 * @throws ApiError
 */
export function spanOfQuery(query: Form, name: string): Span {
  const bounds = [...query].flatMap(([key, values]) =>
    key.startsWith(name) ? values.map((value) => boundOf(name, key.slice(name.length), value)) : [],
  );
  const from = bounds.flatMap((bound) => bound.from ?? []);
  const before = bounds.flatMap((bound) => bound.before ?? []);
  return {
    ...(from.length === 0 ? {} : { from: Math.max(...from) }),
    ...(before.length === 0 ? {} : { before: Math.min(...before) }),
  };
}

function boundOf(name: string, rest: string, value: string): Span {
  const match = /^([<>]?)(=?)(.*)$/.exec(rest);
  if (match === null) return {};
  const [, operator = '', equal = '', inName = ''] = match;
  // A different parameter whose name begins with this one.
  if (operator === '' && rest !== '') return {};
  const written = inName === '' ? value : inName;
  if (written === '') return {};
  const span = spanOfText(written.trim());
  if (span === undefined) {
    throw badRequest(
      API_ERRORS.badRequest,
      `${name} must be a date such as 2026-01-31, or a time such as 2026-01-31T12:00:00Z`,
    );
  }
  const strict = inName !== '' && equal === '';
  if (operator === '>') return { from: strict ? span.before : span.from };
  if (operator === '<') return { before: strict ? span.from : span.before };
  return isMidnight(span.from) ? { from: span.from, before: span.from + DAY_MS } : span;
}

/** Client libraries only send times: they turn a date into midnight. */
function isMidnight(time: number): boolean {
  return time % DAY_MS === 0;
}

/** The day or second that a text names, in UTC unless it has a zone. */
export function spanOfText(text: string): Required<Span> | undefined {
  const day = ISO.exec(text)?.[1];
  if (day === undefined && !MAIL.test(text)) return undefined;
  const isDay = day === text;
  const zoned = isDay
    ? `${day}T00:00:00Z`
    : day !== undefined && !/(?:Z|[+-]\d\d:?\d\d)$/.test(text)
      ? `${text}Z`
      : text;
  // oxlint-disable-next-line no-restricted-globals -- parses a text; does not ask for the current time.
  const start = Date.parse(zoned);
  if (Number.isNaN(start)) return undefined;
  return { from: start, before: start + (isDay ? DAY_MS : SECOND_MS) };
}
