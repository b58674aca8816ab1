import { z } from 'zod';
import { compact } from '../call/compact.ts';
import type { PageRequest } from '../records/page.ts';
import { type Span, spanOfQuery } from './date-filter.ts';
import { API_ERRORS, badRequest } from './errors.ts';
import type { Form } from './form.ts';
import { pageSchema } from './pages.ts';
import { readForm } from './parameters.ts';

const DEFAULT_PAGE_SIZE = 50;

/** Of a list that shows everything. */
export const NO_FILTERS = z.object({});

/** What a list can be asked by, beside its pages. */
export interface ListParameters<S extends z.ZodObject = z.ZodObject, T extends string = string> {
  readonly filters: S;
  /** Names of times, each also with `<` and `>`. */
  readonly times: readonly T[];
}

/** What a list is asked for. */
export interface ListQuery<S extends z.ZodObject, T extends string> {
  readonly page: PageRequest;
  readonly given: z.output<S>;
  /** Of each time that the list can be asked by. */
  readonly spans: Readonly<Record<T, Span>>;
}

/**
 * Reads the query of a list: its page, its filters, and the times that are read beside them.
 * @throws ApiError 400, also for what the list does not know: whoever removes what a filter has found would
 * remove everything if that filter were ignored.
 */
export function readListQuery<S extends z.ZodObject, T extends string>(
  { filters, times }: ListParameters<S, T>,
  query: Form,
): ListQuery<S, T> {
  const names = Object.keys(filters.shape);
  for (const name of query.keys()) {
    const known =
      Object.hasOwn(pageSchema.shape, name) ||
      names.includes(name) ||
      times.some((time) => isTime(time, name));
    if (!known) throw badRequest(API_ERRORS.badRequest, unknown(name, names, times));
  }
  return {
    page: pageRequestOf(query),
    given: readForm(filters, query),
    spans: Object.fromEntries(times.map((time) => [time, spanOfQuery(query, time)])) as Record<T, Span>,
  };
}

/** A query's `Name`, `Name>`, `Name<=` …, also with the value in the name: `Name>2026-01-31`. */
function isTime(time: string, name: string): boolean {
  return name.startsWith(time) && /^(?:[<>].*)?$/s.test(name.slice(time.length));
}

function unknown(name: string, names: readonly string[], times: readonly string[]): string {
  const filters = [...names, ...times.map((time) => `${time} (also with >= and <=)`)];
  const allowed = filters.length === 0 ? 'it has none' : `it has ${filters.join(', ')}`;
  return `${name.slice(0, 100)} is no filter of this list; ${allowed}, and Page, PageSize and PageToken`;
}

function pageRequestOf(query: Form): PageRequest {
  const {
    Page: page = 0,
    PageSize: pageSize = DEFAULT_PAGE_SIZE,
    PageToken: key,
  } = readForm(pageSchema, query);
  return compact({ page, pageSize, key });
}
