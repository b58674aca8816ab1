import type { z } from 'zod';
import type { Page } from '../records/page.ts';
import type { ListParameters, ListQuery } from './list-query.ts';
import { presentPage } from './pages.ts';
import {
  type Answer,
  creates,
  lists,
  REMOVES,
  type ReplyWithOne,
  type Resource,
  type ShownBy,
  shows,
} from './reply.ts';
import {
  type ApiRequest,
  defineRoute,
  type FormRead,
  type Route,
  type RouteHead,
  type RoutedRequest,
} from './route.ts';

/** What every kind of route needs. */
interface Parts<Found> extends Omit<RouteHead, 'method'> {
  /** Finds what the path names, before any parameter is checked. @throws ApiError 404 */
  readonly find?: (request: RoutedRequest) => Promise<Found>;
}

interface ListParts<Found, S extends z.ZodObject, Q extends z.ZodObject, T extends string>
  extends Parts<Found> {
  readonly resource: Resource<S>;
  readonly filters: Q;
  /** Names of the times that the list can be filtered by; none by default. */
  readonly times?: readonly T[];
  readonly handle: (
    request: ApiRequest<{ readonly found: Found; readonly query: ListQuery<Q, T> }>,
  ) => Promise<PresentedPage<ShownBy<S>>>;
}

/** One page of a list; the links to the other pages begin with `uri`. */
export interface PresentedPage<V> extends Page<V> {
  readonly uri: string;
}

/** A list with pages, filters, and times to filter by. */
export function listRoute<
  S extends z.ZodObject,
  Q extends z.ZodObject,
  const T extends string = never,
  Found = undefined,
>({ resource, filters, times = [], handle, ...parts }: ListParts<Found, S, Q, T>): Route {
  const query: ListParameters<Q, T> = { filters, times };
  return defineRoute({
    ...parts,
    method: 'GET',
    query,
    form: 'ignored',
    reply: lists(resource),
    handle: async (request) => {
      const found = await handle(request);
      return {
        page: presentPage(found.uri, request.sent.query, request.query.page, found),
        items: found.items,
      };
    },
  });
}

interface ReadParts<Found, S extends z.ZodObject> extends Parts<Found> {
  readonly resource: Resource<S>;
  readonly handle: (request: ApiRequest<{ readonly found: Found }>) => Promise<Answer<ReplyWithOne<S>>>;
}

/** Reads one resource. */
export function readRoute<S extends z.ZodObject, Found = undefined>({
  resource,
  ...parts
}: ReadParts<Found, S>): Route {
  return defineRoute({ ...parts, method: 'GET', query: 'ignored', form: 'ignored', reply: shows(resource) });
}

interface FormParts<Found, S extends z.ZodObject, F extends z.ZodObject> extends Parts<Found> {
  readonly resource: Resource<S>;
  readonly form: F;
  readonly handle: (
    request: ApiRequest<{ readonly found: Found; readonly form: FormRead<F> }>,
  ) => Promise<Answer<ReplyWithOne<S>>>;
}

/** Creates a resource. */
export function createRoute<S extends z.ZodObject, F extends z.ZodObject, Found = undefined>({
  resource,
  ...parts
}: FormParts<Found, S, F>): Route {
  return defineRoute({ ...parts, method: 'POST', query: 'ignored', reply: creates(resource) });
}

/** Changes a resource, by POST, as Restcomm's clients do, or by PUT. */
export function changeRoutes<S extends z.ZodObject, F extends z.ZodObject, Found = undefined>({
  resource,
  ...parts
}: FormParts<Found, S, F>): readonly Route[] {
  const reply = shows(resource);
  return (['POST', 'PUT'] as const).map((method) =>
    defineRoute({ ...parts, method, query: 'ignored', reply }),
  );
}

interface RemoveParts<Found> extends Parts<Found> {
  readonly handle: (request: ApiRequest<{ readonly found: Found }>) => Promise<void>;
}

/** Removes a resource. */
export function removeRoute<Found = undefined>(parts: RemoveParts<Found>): Route {
  return defineRoute({ ...parts, method: 'DELETE', query: 'ignored', form: 'ignored', reply: REMOVES });
}
