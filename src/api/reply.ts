import { z } from 'zod';
import type { JsonObject, JsonPage, Rendered } from './http/rendering.ts';

/** A kind of resource: what it is called, and what one looks like in a reply. */
export interface Resource<S extends z.ZodObject = z.ZodObject> {
  /** XML name of one, and the name of its schema in the OpenAPI document. */
  readonly name: string;
  /** XML name of a list. */
  readonly collection: string;
  /** JSON name of a list's array. */
  readonly key: string;
  /** Strict: a reply has all of these members and no others. */
  readonly schema: S;
}

/** Names the list after the single resource: the list of `Call` is `Calls`, and `calls` in JSON. */
export function resource<P extends z.ZodRawShape>(
  name: string,
  shape: P,
): Resource<z.ZodObject<P, z.core.$strict>> {
  const collection = `${name}s`;
  const key = collection.replace(/(?<=[a-z])[A-Z]/g, '_$&').toLowerCase();
  return { name, collection, key, schema: z.strictObject(shape) };
}

/** One of a kind of resource, as a presenter makes it. */
export type Shown<R extends Resource> = ShownBy<R['schema']>;

/** What a schema describes. */
export type ShownBy<S extends z.ZodType> = ReadonlyDeep<z.output<S>>;

type ReadonlyDeep<T> = T extends readonly (infer I)[]
  ? readonly ReadonlyDeep<I>[]
  : T extends object
    ? { readonly [K in keyof T]: ReadonlyDeep<T[K]> }
    : T;

/** What a route replies when it does not refuse the request. */
export type Reply = ReplyWithOne | ReplyWithList | ReplyWithNothing;

export interface ReplyWithOne<S extends z.ZodObject = z.ZodObject> {
  readonly kind: 'one';
  readonly status: 200 | 201;
  readonly resource: Resource<S>;
}

export interface ReplyWithList<S extends z.ZodObject = z.ZodObject> {
  readonly kind: 'list';
  readonly status: 200;
  readonly resource: Resource<S>;
}

interface ReplyWithNothing {
  readonly kind: 'nothing';
  readonly status: 204;
}

export function shows<S extends z.ZodObject>(shown: Resource<S>): ReplyWithOne<S> {
  return { kind: 'one', status: 200, resource: shown };
}

export function creates<S extends z.ZodObject>(created: Resource<S>): ReplyWithOne<S> {
  return { kind: 'one', status: 201, resource: created };
}

export function lists<S extends z.ZodObject>(listed: Resource<S>): ReplyWithList<S> {
  return { kind: 'list', status: 200, resource: listed };
}

export const REMOVES: ReplyWithNothing = { kind: 'nothing', status: 204 };

/** What the handler of a route with such a reply returns. */
export type Answer<R extends Reply> =
  R extends ReplyWithOne<infer S> ? OneAnswer<S> : R extends ReplyWithList<infer S> ? ListAnswer<S> : void;

interface OneAnswer<S extends z.ZodObject> {
  readonly shown: ShownBy<S>;
  /** Done once, when the reply has been handed to the socket or the client has gone. */
  readonly afterReply?: () => void;
}

interface ListAnswer<S extends z.ZodObject> {
  /** The members of the list other than its resources. */
  readonly page: JsonPage;
  readonly items: readonly ShownBy<S>[];
}

/** A reply that is ready to be rendered. */
export interface ApiReply {
  readonly status: number;
  readonly content?: Rendered;
  readonly afterReply?: () => void;
}

/** Makes the reply from a handler's answer, with the status and the names that the route declares. */
export function replyOf<R extends Reply>(reply: R, answer: Answer<R>): ApiReply {
  if (reply.kind === 'nothing') return { status: reply.status };
  const { name: element, collection, key } = reply.resource;
  if (reply.kind === 'one') {
    const { shown, ...rest } = answer as OneAnswer<z.ZodObject>;
    return { status: reply.status, content: { kind: 'one', element, value: shown as JsonObject }, ...rest };
  }
  const { page, items } = answer as ListAnswer<z.ZodObject>;
  return {
    status: reply.status,
    content: { kind: 'list', element, collection, key, page, items: items as readonly JsonObject[] },
  };
}
