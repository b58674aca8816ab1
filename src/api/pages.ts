import { z } from 'zod';
import { COUNTED_UP_TO, type Page, type PageRequest } from '../call/repositories.ts';
import type { Form } from './form.ts';
import { checked, optional, readForm, wholeNumber } from './parameters.ts';
import { API_ERRORS } from './errors.ts';
import type { JsonPage } from './rendering.ts';

const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 1000;
const MAX_PAGE = 1_000_000;
const PAGING = ['Page', 'PageSize', 'PageToken'];

const schema = z.object({
  Page: optional(wholeNumber(0, MAX_PAGE)),
  PageSize: optional(wholeNumber(1, MAX_PAGE_SIZE)),
  PageToken: optional(
    checked(API_ERRORS.badRequest, 'taken from a next_page_uri', (text) => /^[\w.:~=-]{1,200}$/.test(text)),
  ),
});

/** Which page of a list a query asks for. @throws ApiError */
export function pageRequestOf(query: Form): PageRequest {
  const { Page: page = 0, PageSize: pageSize = DEFAULT_PAGE_SIZE, PageToken: key } = readForm(schema, query);
  return { page, pageSize, ...(key === undefined ? {} : { key }) };
}

/**
 * The members of a list beside its resources. Links repeat the query's filters; the next page's has the key,
 * so that it costs the same anywhere. What depends on the total is null when nobody has counted that far.
 */
export function presentPage(uri: string, query: Form, request: PageRequest, found: Page<unknown>): JsonPage {
  const { page, pageSize } = request;
  const { total, nextKey } = found;
  const start = page * pageSize;
  const pages = total === undefined ? null : Math.ceil(total / pageSize);
  const link = (number: number, key?: string) => linkTo(uri, query, number, pageSize, key);
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

/** A list that is short by its nature, on one page. */
export function wholeList<T>(items: readonly T[]): { request: PageRequest; found: Page<T> } {
  return {
    request: { page: 0, pageSize: Math.max(items.length, 1) },
    found: { items, total: Math.min(items.length, COUNTED_UP_TO), nextKey: undefined },
  };
}
