import type { Repository } from '../records/repositories.ts';
import { TakenError } from '../records/repositories.ts';
import type { SidPrefix } from '../call/sids.ts';
import { type ApiError, badRequest, notFound } from './errors.ts';
import { readListQuery } from './list-query.ts';
import { optional, label } from './parameters.ts';
import { presentPage } from './pages.ts';
import { type Place, uriOf } from './place.ts';
import type { JsonObject } from './http/rendering.ts';
import { type ApiReply, type ApiRequest, NO_CONTENT, one, type Route, sidOf } from './route.ts';
import { z } from 'zod';

interface Owned {
  readonly sid: string;
  readonly accountSid: string;
}

/** A kind of resource that can be listed, created, read, changed and removed. */
export interface CrudResource<T extends Owned> {
  /** Segment of the path, and XML name of the list. */
  readonly collection: string;
  /** XML name of one. */
  readonly element: string;
  /** JSON name of a list's array. */
  readonly key: string;
  readonly sidPrefix: SidPrefix;
  readonly repository: Repository<T>;
  /** Query parameter → the record's member that must equal it. */
  readonly filters: Readonly<Record<string, keyof T & string>>;
  /** The code and the words for a value that must be unique and is not. */
  readonly taken: readonly [code: number, message: string];
  /** The new record. @throws ApiError */
  create(request: ApiRequest): Promise<T>;
  /**
   * Reads what a request wants of a record, and gives the change, which is made of the record as it is by then.
   * Both may throw ApiError.
   */
  change(found: T, request: ApiRequest): Promise<(current: T) => T>;
  present(records: readonly T[], place: Place): Promise<readonly JsonObject[]>;
  /** After a write; must not throw. */
  saved?(record: T): Promise<void>;
  removed?(record: T): Promise<void>;
}

/** The five ways to a resource: list, create, read, change (POST or PUT), remove. */
export function crudRoutes<T extends Owned>(resource: CrudResource<T>): readonly Route[] {
  const many = `/${resource.collection}`;
  const each = `${many}/:sid`;
  const change = (request: ApiRequest) => changeOne(resource, request);
  return [
    { method: 'GET', path: many, handle: (request) => list(resource, request) },
    { method: 'POST', path: many, handle: (request) => createOne(resource, request) },
    { method: 'GET', path: each, handle: (request) => readOne(resource, request) },
    { method: 'POST', path: each, handle: change },
    { method: 'PUT', path: each, handle: change },
    { method: 'DELETE', path: each, handle: (request) => removeOne(resource, request) },
  ];
}

async function list<T extends Owned>(resource: CrudResource<T>, request: ApiRequest): Promise<ApiReply> {
  const { account, place, query } = request;
  const { page, given } = readListQuery(query, filterSchema(Object.keys(resource.filters)));
  const filter = filterOf(resource, given);
  const found = await resource.repository.list(account.sid, page, filter);
  const uri = uriOf(place, account.sid, resource.collection);
  return {
    status: 200,
    content: {
      kind: 'list',
      collection: resource.collection,
      key: resource.key,
      element: resource.element,
      page: presentPage(uri, query, page, found),
      items: await resource.present(found.items, place),
    },
  };
}

function filterOf<T extends Owned>(
  resource: CrudResource<T>,
  given: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(resource.filters).flatMap(([name, member]) => {
      const value = given[name];
      return value === undefined ? [] : [[member, value]];
    }),
  );
}

/** Filters that are texts for people, which a resource must equal. */
export function filterSchema(names: readonly string[]) {
  return z.object(Object.fromEntries(names.map((name) => [name, optional(label(255))])));
}

async function createOne<T extends Owned>(resource: CrudResource<T>, request: ApiRequest): Promise<ApiReply> {
  const record = await resource.create(request);
  await unlessTaken(resource, resource.repository.insert(record));
  await resource.saved?.(record);
  return single(resource, 201, record, request);
}

async function readOne<T extends Owned>(resource: CrudResource<T>, request: ApiRequest): Promise<ApiReply> {
  const record = await find(resource, request);
  return single(resource, 200, record, request);
}

async function changeOne<T extends Owned>(resource: CrudResource<T>, request: ApiRequest): Promise<ApiReply> {
  const found = await find(resource, request);
  const change = await resource.change(found, request);
  const update = resource.repository.update(found.accountSid, found.sid, change);
  const record = await unlessTaken(resource, update);
  if (record === undefined) throw missing(resource, found.sid);
  await resource.saved?.(record);
  return single(resource, 200, record, request);
}

async function removeOne<T extends Owned>(resource: CrudResource<T>, request: ApiRequest): Promise<ApiReply> {
  const record = await find(resource, request);
  if (!(await resource.repository.remove(record.accountSid, record.sid))) throw missing(resource, record.sid);
  await resource.removed?.(record);
  return NO_CONTENT;
}

async function single<T extends Owned>(
  resource: CrudResource<T>,
  status: 200 | 201,
  record: T,
  request: ApiRequest,
): Promise<ApiReply> {
  const [value = {}] = await resource.present([record], request.place);
  return one(status, resource.element, value);
}

async function find<T extends Owned>(resource: CrudResource<T>, request: ApiRequest): Promise<T> {
  const sid = sidOf(request, resource.sidPrefix);
  const record = await resource.repository.find(request.account.sid, sid);
  if (record === undefined) throw missing(resource, sid);
  return record;
}

function missing<T extends Owned>({ element }: CrudResource<T>, sid: string): ApiError {
  return notFound(`${element} ${sid}`);
}

async function unlessTaken<T extends Owned, R>(resource: CrudResource<T>, write: Promise<R>): Promise<R> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof TakenError) throw badRequest(...resource.taken);
    throw error;
  }
}
