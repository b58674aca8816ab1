import type { z } from 'zod';
import type { AccountRecord } from '../records/repositories.ts';
import { isSid, type SidPrefix } from '../call/sids.ts';
import { notFound } from './errors.ts';
import type { Form } from './form.ts';
import { type ListParameters, type ListQuery, readListQuery } from './list-query.ts';
import { readForm } from './parameters.ts';
import type { Place } from './place.ts';
import { type Answer, type ApiReply, type Reply, replyOf } from './reply.ts';

/** A request that has found its route: authenticated, in scope, its parameters decoded but not yet checked. */
export interface RoutedRequest {
  /** Whose resources they are; the account that asks, or one below it. */
  readonly account: AccountRecord;
  /** Who asks. */
  readonly asking: AccountRecord;
  readonly place: Place;
  /** The path's variables, decoded. */
  readonly variables: Readonly<Record<string, string>>;
  /** The parameters as they were sent, with those that the route does not know. */
  readonly sent: { readonly query: Form; readonly form: Form };
}

/** A request as a handler sees it. `Read` is what the handler uses of `found`, `query` and `form`. */
export type ApiRequest<Read = unknown> = RoutedRequest & Read;

export type QueryParameters = 'ignored' | ListParameters;
export type FormParameters = 'ignored' | z.ZodObject;

/** What a route says of itself beside what it takes and replies. */
export interface RouteHead {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Relative to `/Accounts/:accountSid`, or, with `root`, to `/Accounts`. */
  readonly path: string;
  /** Whose resources they are is not in the path: they are those of the account that asks. */
  readonly root?: true;
  /** Also changes things of an account that is suspended or closed. */
  readonly evenInactive?: true;
  /** One line for the OpenAPI document. */
  readonly summary: string;
}

/** One method of one path: what it takes, what it replies, and what it does. The OpenAPI document is made of these. */
export interface Route extends RouteHead {
  readonly query: QueryParameters;
  readonly form: FormParameters;
  readonly reply: Reply;
  readonly handle: (request: RoutedRequest) => Promise<ApiReply>;
}

export interface RouteParts<Found, Q extends QueryParameters, F extends FormParameters, R extends Reply>
  extends RouteHead {
  readonly query: Q;
  readonly form: F;
  readonly reply: R;
  /** What the path names. @throws ApiError 404, whatever may be wrong with the parameters */
  readonly find?: (request: RoutedRequest) => Promise<Found>;
  readonly handle: (
    request: ApiRequest<{ readonly found: Found; readonly query: QueryRead<Q>; readonly form: FormRead<F> }>,
  ) => Promise<Answer<R>>;
}

type QueryRead<Q extends QueryParameters> =
  Q extends ListParameters<infer S, infer T> ? ListQuery<S, T> : undefined;
/** What a form is read as. */
export type FormRead<F extends FormParameters> = F extends z.ZodObject ? z.output<F> : undefined;

/** A route whose handler gets what the path names and the parameters as the schemas read them. */
export function defineRoute<
  Q extends QueryParameters,
  F extends FormParameters,
  R extends Reply,
  Found = undefined,
>({ find, handle, ...route }: RouteParts<Found, Q, F, R>): Route {
  const { query, form, reply } = route;
  return {
    ...route,
    handle: async (request) => {
      const found = (await find?.(request)) as Found;
      const { sent } = request;
      const read = {
        query: (query === 'ignored' ? undefined : readListQuery(query, sent.query)) as QueryRead<Q>,
        form: (form === 'ignored' ? undefined : readForm(form, sent.form)) as FormRead<F>,
      };
      return replyOf(reply, await handle({ ...request, found, ...read }));
    },
  };
}

/** The path's SID; what has not its form is as little there as an unknown one. */
export function sidOf({ variables }: RoutedRequest, prefix: SidPrefix, variable = 'sid'): string {
  const sid = variables[variable] ?? '';
  if (!isSid(prefix, sid)) throw notFound();
  return sid;
}
