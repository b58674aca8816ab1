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
  /** The owner of the resources: the account that asks, or one below it. */
  readonly account: AccountRecord;
  /** The account whose token was given. */
  readonly asking: AccountRecord;
  readonly place: Place;
  /** The path's variables, decoded. */
  readonly variables: Readonly<Record<string, string>>;
  /** The parameters as they were sent, including those that the route does not know. */
  readonly sent: { readonly query: Form; readonly form: Form };
}

/** A request as a handler sees it. `Read` has those of `found`, `query` and `form` that the handler uses. */
export type ApiRequest<Read = unknown> = RoutedRequest & Read;

export type QueryParameters = 'ignored' | ListParameters;
export type FormParameters = 'ignored' | z.ZodObject;

/** What describes a route, apart from what it takes and what it replies. */
export interface RouteHead {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Relative to `/Accounts/:accountSid`, or, with `root`, to `/Accounts`. */
  readonly path: string;
  /** The path does not name the owner of the resources: they belong to the account that asks. */
  readonly root?: true;
  /** Allowed also on an account that is suspended or closed. */
  readonly evenInactive?: true;
  /** Refused to API keys: it shows or uses AuthTokens or keys. */
  readonly authTokenOnly?: true;
  /** One line for the OpenAPI document. */
  readonly summary: string;
}

/** One method of one path: what it takes, what it replies, and what it does. The OpenAPI document is made from these. */
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
  /** Finds what the path names, before any parameter is checked. @throws ApiError 404 */
  readonly find?: (request: RoutedRequest) => Promise<Found>;
  readonly handle: (
    request: ApiRequest<{ readonly found: Found; readonly query: QueryRead<Q>; readonly form: FormRead<F> }>,
  ) => Promise<Answer<R>>;
}

type QueryRead<Q extends QueryParameters> =
  Q extends ListParameters<infer S, infer T> ? ListQuery<S, T> : undefined;
/** What the handler gets of a form. */
export type FormRead<F extends FormParameters> = F extends z.ZodObject ? z.output<F> : undefined;

/** Makes a route whose handler gets what the path names, and the parameters as the schemas have read them. */
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

/** The SID in the path. @throws ApiError 404 when it is not a SID of this kind */
export function sidOf({ variables }: RoutedRequest, prefix: SidPrefix, variable = 'sid'): string {
  const sid = variables[variable] ?? '';
  if (!isSid(prefix, sid)) throw notFound();
  return sid;
}
