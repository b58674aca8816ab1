import { z } from 'zod';
import { compact } from '../call/compact.ts';
import type { PageRequest } from '../records/page.ts';
import { type Span, spanOfQuery } from './date-filter.ts';
import { API_ERRORS, badRequest } from './errors.ts';
import type { Form } from './form.ts';
import { pageSchema } from './pages.ts';
import { readForm } from './parameters.ts';

const DEFAULT_PAGE_SIZE = 50;

/** For a list that cannot be filtered. */
export const NO_FILTERS = z.object({});

/** What a list can be filtered by. */
export interface ListParameters<S extends z.ZodObject = z.ZodObject, T extends string = string> {
  readonly filters: S;
  /** Names of times; each may be followed by `<` or `>`. */
  readonly times: readonly T[];
}

/** The query of a list, as read. */
export interface ListQuery<S extends z.ZodObject, T extends string> {
  readonly page: PageRequest;
  readonly given: z.output<S>;
  /** For each of the times that the list can be filtered by. */
  readonly spans: Readonly<Record<T, Span>>;
}

/**
 * Reads the query of a list: page, filters and times.
 * @throws ApiError 400, also for a filter that the list does not have: a program that removes whatever it finds would
 * remove everything if the filter were ignored.
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

/** Whether a name in a query is `Name`, `Name>`, `Name<=` …, also with the value in it: `Name>2026-01-31`. */
function isTime(time: string, name: string): boolean {
  return name.startsWith(time) && /^(?:[<>].*)?$/s.test(name.slice(time.length));
}

function unknown(name: string, names: readonly string[], times: readonly string[]): string {
  const has = [...names, ...times.map((time) => `${time} (also with >= and <=)`), 'Page', 'PageSize'];
  return `${name.slice(0, 100)} is not a filter of this list; it has ${has.join(', ')} and PageToken`;
}

function pageRequestOf(query: Form): PageRequest {
  const {
    Page: page = 0,
    PageSize: pageSize = DEFAULT_PAGE_SIZE,
    PageToken: key,
  } = readForm(pageSchema, query);
  return compact({ page, pageSize, key });
}
