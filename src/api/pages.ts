import { z } from 'zod';
import { COUNTED_UP_TO, type Page, type PageRequest } from '../records/page.ts';
import type { Form } from './form.ts';
import { checked, optional, wholeNumber } from './parameters.ts';
import { API_ERRORS } from './errors.ts';
import type { ShownBy } from './reply.ts';
import { uri, whole } from './reply-parts.ts';

const MAX_PAGE_SIZE = 1000;
const MAX_PAGE = 1_000_000;
const PAGING = ['Page', 'PageSize', 'PageToken'];

/** What every list takes in addition to its filters. */
export const pageSchema = z.object({
  Page: optional(wholeNumber(0, MAX_PAGE)),
  PageSize: optional(wholeNumber(1, MAX_PAGE_SIZE)),
  PageToken: optional(
    checked(API_ERRORS.badRequest, 'taken from a next_page_uri', (text) => /^[\w.:~=-]{1,1000}$/.test(text)),
  ),
});

/** The members of a list other than its resources. */
export const pageReply = z.strictObject({
  page: whole,
  page_size: whole,
  num_pages: whole.nullable(),
  total: whole.nullable(),
  start: whole,
  end: whole,
  uri,
  first_page_uri: uri,
  previous_page_uri: uri.nullable(),
  next_page_uri: uri.nullable(),
  last_page_uri: uri.nullable(),
});

/**
 * These members for the list at `listUri`. Links repeat the query's filters; the link to the next page has a key, so
 * that any page costs the same. What depends on the total is null when there are too many to count.
 */
export function presentPage(
  listUri: string,
  query: Form,
  request: PageRequest,
  found: Page<unknown>,
): ShownBy<typeof pageReply> {
  const { page, pageSize } = request;
  const { total, nextKey } = found;
  const start = page * pageSize;
  const pages = total === undefined ? null : Math.ceil(total / pageSize);
  const link = (number: number, key?: string) => linkTo(listUri, query, number, pageSize, key);
  return {
    page,
    page_size: pageSize,
    num_pages: pages,
    total: total ?? null,
    start,
    end: start + Math.max(found.items.length - 1, 0),
    uri: link(page, request.key),
    first_page_uri: link(0),
    previous_page_uri: page === 0 ? null : link(page - 1),
    next_page_uri: nextKey === undefined ? null : link(page + 1, nextKey),
    last_page_uri: pages === null ? null : link(Math.max(pages - 1, 0)),
  };
}

function linkTo(uri: string, query: Form, page: number, pageSize: number, key?: string): string {
  const parameters = new URLSearchParams();
  for (const [name, values] of query) {
    if (!PAGING.includes(name)) for (const value of values) parameters.append(name, value);
  }
  parameters.append('Page', String(page));
  parameters.append('PageSize', String(pageSize));
  if (key !== undefined) parameters.append('PageToken', key);
  return `${uri}?${parameters.toString()}`;
}

/** A page of a list that is in memory as a whole. */
export function pageOf<T>(items: readonly T[], { page, pageSize }: PageRequest): Page<T> {
  const start = page * pageSize;
  const end = start + pageSize;
  return {
    items: items.slice(start, end),
    total: items.length > COUNTED_UP_TO ? undefined : items.length,
    nextKey: end < items.length ? String(end) : undefined,
  };
}
