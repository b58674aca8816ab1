import { z } from 'zod';
import type { CallStatus } from '../../call/leg.ts';
import type { CallFilter } from '../../call/repositories.ts';
import { API_ERRORS, badRequest } from '../errors.ts';
import type { Form } from '../form.ts';
import { compact, label, oneOf, optional, readForm, refuseUnsupported, sidText } from '../parameters.ts';

const STATUSES = [
  'queued',
  'ringing',
  'in-progress',
  'completed',
  'busy',
  'failed',
  'no-answer',
  'canceled',
] as const satisfies readonly CallStatus[];

const SECOND_MS = 1000;
const DAY_MS = 86_400_000;

const schema = z.object({
  Status: optional(oneOf(STATUSES)),
  To: optional(label(255)),
  From: optional(label(255)),
  ParentCallSid: optional(sidText('CA')),
});

/** The filters of `GET P/Calls`. @throws ApiError */
export function callFilterOf(query: Form): CallFilter {
  refuseUnsupported(
    query,
    [...query.keys()].filter((name) => /^(EndTime|SortBy)/.test(name)),
  );
  const given = readForm(schema, query);
  const bounds = [...query].flatMap(([name, values]) => values.map((value) => boundOf(name, value)));
  const from = bounds.flatMap((bound) => bound?.from ?? []);
  const before = bounds.flatMap((bound) => bound?.before ?? []);
  return compact({
    status: given.Status,
    to: given.To,
    from: given.From,
    parentCallSid: given.ParentCallSid,
    startTimeFrom: from.length === 0 ? undefined : Math.max(...from),
    startTimeBefore: before.length === 0 ? undefined : Math.min(...before),
  });
}

interface Bound {
  readonly from?: number;
  readonly before?: number;
}

/**
 * `StartTime`, `StartTime>=`, `StartTime<=`, and `StartTime>2026-01-31` without `=`. In a query as people
 * write it the `=` of `>=` is the one that separates name and value, so the names `StartTime>` and
 * `StartTime<` mean "or equal", as with Twilio. A date is its whole day.
 */
function boundOf(name: string, value: string): Bound | undefined {
  const [, operator = '', equal = '', inName = ''] = /^StartTime([<>]?)(=?)(.*)$/.exec(name) ?? [];
  if (!name.startsWith('StartTime')) return undefined;
  const written = inName === '' ? value : inName;
  if (written === '') return undefined;
  const span = spanOf(written);
  if (span === undefined) {
    throw badRequest(
      API_ERRORS.badRequest,
      'StartTime must be a date such as 2026-01-31, or a time such as 2026-01-31T12:00:00Z',
    );
  }
  const strict = inName !== '' && equal === '';
  if (operator === '>') return { from: strict ? span.end : span.start };
  if (operator === '<') return { before: strict ? span.start : span.end };
  return { from: span.start, before: span.end };
}

/** The day or the second that a text names, in ms since the epoch; `end` is the first moment after it. */
function spanOf(text: string): { readonly start: number; readonly end: number } | undefined {
  const [, day, time] =
    /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:?\d\d))?$/.exec(text) ?? [];
  if (day === undefined) return undefined;
  // oxlint-disable-next-line no-restricted-globals -- reads a text; the time now is not asked.
  const start = Date.parse(time === undefined ? `${day}T00:00:00Z` : text);
  if (Number.isNaN(start)) return undefined;
  return { start, end: start + (time === undefined ? DAY_MS : SECOND_MS) };
}
