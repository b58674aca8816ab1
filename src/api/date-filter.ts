import { API_ERRORS, badRequest } from './errors.ts';
import type { Form } from './form.ts';

const SECOND_MS = 1000;
const DAY_MS = 86_400_000;
const ISO = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
/** RFC 2822, as our own replies write dates. */
const MAIL = /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:[+-]\d{4}|GMT)$/;

/** Milliseconds since the epoch: from the first to before the second. */
export interface Span {
  readonly from?: number;
  readonly before?: number;
}

/**
 * What a query says of a time: `Name`, `Name>=`, `Name<=`, and `Name>2026-01-31` without `=`. In a query as
 * people write it the `=` of `>=` is the one that separates name and value, so the names `Name>` and `Name<`
 * mean "or equal", as with Twilio. A date is its whole day, a time its whole second; a time alone that is
 * midnight in UTC is its whole day as well. Several bounds all hold.
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
  // Another parameter whose name begins alike.
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

/** What client libraries make of a date: they know only times. */
function isMidnight(time: number): boolean {
  return time % DAY_MS === 0;
}

/** The day, minute or second that a text names; without a zone it is UTC. */
function spanOfText(text: string): Required<Span> | undefined {
  const day = ISO.exec(text)?.[1];
  if (day === undefined && !MAIL.test(text)) return undefined;
  const isDay = day === text;
  const zoned = isDay
    ? `${day}T00:00:00Z`
    : day !== undefined && !/(?:Z|[+-]\d\d:?\d\d)$/.test(text)
      ? `${text}Z`
      : text;
  // oxlint-disable-next-line no-restricted-globals -- reads a text; the time now is not asked.
  const start = Date.parse(zoned);
  if (Number.isNaN(start)) return undefined;
  return { from: start, before: start + (isDay ? DAY_MS : SECOND_MS) };
}
