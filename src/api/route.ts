import type { AccountRecord } from '../records/repositories.ts';
import { isSid, type SidPrefix } from '../call/sids.ts';
import { notFound } from './errors.ts';
import type { Form } from './form.ts';
import type { Place } from './place.ts';
import type { JsonObject, Rendered } from './http/rendering.ts';

/** A request as a resource sees it: authenticated, in scope, its parameters decoded. */
export interface ApiRequest {
  /** Whose resources they are; the account that asks, or one below it. */
  readonly account: AccountRecord;
  /** Who asks. */
  readonly asking: AccountRecord;
  readonly place: Place;
  /** The path's variables, decoded. */
  readonly variables: Readonly<Record<string, string>>;
  readonly query: Form;
  /** The body's parameters. */
  readonly form: Form;
}

export interface ApiReply {
  readonly status: number;
  readonly content?: Rendered;
  /** Done once the reply was handed to the socket, or the client has gone. */
  readonly afterReply?: () => void;
}

/** One method of one path. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Relative to `/Accounts/:accountSid`, or, with `root`, to `/Accounts`. */
  readonly path: string;
  /** Whose resources they are is not in the path: they are those of the account that asks. */
  readonly root?: true;
  /** Also changes things of an account that is suspended or closed. */
  readonly evenInactive?: true;
  readonly handle: (request: ApiRequest) => Promise<ApiReply>;
}

/** The reply with one resource. */
export function one(status: 200 | 201, element: string, value: JsonObject): ApiReply {
  return { status, content: { kind: 'one', element, value } };
}

export const NO_CONTENT: ApiReply = { status: 204 };

/** The path's SID; what has not its form is as little there as an unknown one. */
export function sidOf(request: ApiRequest, prefix: SidPrefix, variable = 'sid'): string {
  const sid = request.variables[variable] ?? '';
  if (!isSid(prefix, sid)) throw notFound();
  return sid;
}
