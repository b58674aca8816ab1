import type { Repository } from '../records/repositories.ts';
import { TakenError } from '../records/repositories.ts';
import type { SidPrefix } from '../call/sids.ts';
import { type ApiError, badRequest, notFound } from './errors.ts';
import { optional, label } from './parameters.ts';
import { type Place, uriOf } from './place.ts';
import type { Resource, ShownBy } from './reply.ts';
import { type FormRead, type Route, type RoutedRequest, sidOf } from './route.ts';
import { changeRoutes, createRoute, listRoute, readRoute, removeRoute } from './route-kinds.ts';
import { z } from 'zod';

interface Owned {
  readonly sid: string;
  readonly accountSid: string;
}

/** Where resources of one kind are stored, and what happens after a change. */
interface Kept<T extends Owned> {
  readonly resource: Resource;
  readonly sidPrefix: SidPrefix;
  readonly repository: Repository<T>;
  /** The code and the message of the error for a value that must be unique but is already taken. */
  readonly taken: readonly [code: number, message: string];
  /** Refuses a request that would write, once what it names is found. @throws ApiError */
  mayWrite?(request: RoutedRequest): void;
  /** After a write; must not throw. */
  saved?(record: T): Promise<void>;
  removed?(record: T): Promise<void>;
}

/** How records become resources in a reply. */
interface Presented<T, S extends z.ZodObject> {
  readonly resource: Resource<S>;
  present(records: readonly T[], place: Place): Promise<readonly ShownBy<S>[]>;
}

/** A kind of resource that can be listed, created, read, changed and removed. */
export interface CrudResource<
  T extends Owned,
  S extends z.ZodObject,
  N extends z.ZodObject,
  C extends z.ZodObject,
> extends Kept<T>,
    Presented<T, S> {
  readonly resource: Resource<S>;
  /** From query parameters to the members of the record that must equal them. */
  readonly filters: Readonly<Record<string, keyof T & string>>;
  /** The forms for creating a resource and for changing one. */
  readonly forms: { readonly created: N; readonly changed: C };
  /** The new record. @throws ApiError */
  create(given: FormRead<N>, accountSid: string): Promise<T>;
  /** The change that a form asks for. It is applied to the record as it is at that moment. Both may throw ApiError. */
  change(given: FormRead<C>, accountSid: string): Promise<(current: T) => T>;
}

/** All routes of such a resource: list, create, read, change (POST or PUT), remove. */
export function crudRoutes<
  T extends Owned,
  S extends z.ZodObject,
  N extends z.ZodObject,
  C extends z.ZodObject,
>(crud: CrudResource<T, S, N, C>): readonly Route[] {
  const { resource, forms } = crud;
  return [
    listOf(crud),
    createRoute({
      path: `/${resource.collection}`,
      summary: `Creates ${withArticle(resource.name)}`,
      form: forms.created,
      resource,
      handle: async (request) => {
        crud.mayWrite?.(request);
        const { account, form, place } = request;
        const record = await crud.create(form, account.sid);
        return show(crud, await insert(crud, record), place);
      },
    }),
    ...routesOfOne(crud),
  ];
}

function routesOfOne<T extends Owned, S extends z.ZodObject, N extends z.ZodObject, C extends z.ZodObject>(
  crud: CrudResource<T, S, N, C>,
): readonly Route[] {
  const { resource, forms } = crud;
  const { name, collection } = resource;
  const each = { path: `/${collection}/:sid`, find: (request: RoutedRequest) => find(crud, request) };
  return [
    readRoute({
      ...each,
      summary: `Reads ${withArticle(name)}`,
      resource,
      handle: ({ found, place }) => show(crud, found, place),
    }),
    ...changeRoutes({
      ...each,
      summary: `Changes ${withArticle(name)}`,
      form: forms.changed,
      resource,
      handle: async (request) => {
        crud.mayWrite?.(request);
        const { found, form, place } = request;
        const change = await crud.change(form, found.accountSid);
        return show(crud, await update(crud, found, change), place);
      },
    }),
    removeRoute({
      ...each,
      summary: `Removes ${withArticle(name)}`,
      handle: async (request) => {
        crud.mayWrite?.(request);
        await remove(crud, request.found);
      },
    }),
  ];
}

async function show<T, S extends z.ZodObject>(crud: Presented<T, S>, record: T, place: Place) {
  const [shown] = await crud.present([record], place);
  if (shown === undefined) throw new Error(`No ${crud.resource.name} was presented`);
  return { shown };
}

function listOf<T extends Owned, S extends z.ZodObject, N extends z.ZodObject, C extends z.ZodObject>(
  crud: CrudResource<T, S, N, C>,
): Route {
  const { resource, filters } = crud;
  const { collection } = resource;
  return listRoute({
    path: `/${collection}`,
    summary: `${collection}, newest first`,
    filters: filterSchema(Object.keys(filters)),
    resource,
    handle: async ({ account, place, query: { page, given } }) => {
      const found = await crud.repository.list(account.sid, page, filterOf(filters, given));
      const items = await crud.present(found.items, place);
      return { ...found, items, uri: uriOf(place, account.sid, collection) };
    },
  });
}

/** `a Client`, `an Application`. */
function withArticle(name: string): string {
  return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
}

function filterOf(
  filters: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filters).flatMap(([name, member]) => {
      const value = given[name];
      return value === undefined ? [] : [[member, value]];
    }),
  );
}

/** Filters by a text, which must be equal. */
function filterSchema(names: readonly string[]) {
  return z.object(Object.fromEntries(names.map((name) => [name, optional(label(255))])));
}

async function insert<T extends Owned>(crud: Kept<T>, record: T): Promise<T> {
  await unlessTaken(crud, crud.repository.insert(record));
  await crud.saved?.(record);
  return record;
}

async function update<T extends Owned>(
  crud: Kept<T>,
  { accountSid, sid }: T,
  change: (current: T) => T,
): Promise<T> {
  const record = await unlessTaken(crud, crud.repository.update(accountSid, sid, change));
  if (record === undefined) throw missing(crud, sid);
  await crud.saved?.(record);
  return record;
}

async function remove<T extends Owned>(crud: Kept<T>, record: T): Promise<void> {
  if (!(await crud.repository.remove(record.accountSid, record.sid))) throw missing(crud, record.sid);
  await crud.removed?.(record);
}

async function find<T extends Owned>(crud: Kept<T>, request: RoutedRequest): Promise<T> {
  const sid = sidOf(request, crud.sidPrefix);
  const record = await crud.repository.find(request.account.sid, sid);
  if (record === undefined) throw missing(crud, sid);
  return record;
}

function missing({ resource }: Pick<Kept<Owned>, 'resource'>, sid: string): ApiError {
  return notFound(`${resource.name} ${sid}`);
}

async function unlessTaken<R>({ taken }: Pick<Kept<Owned>, 'taken'>, write: Promise<R>): Promise<R> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof TakenError) throw badRequest(...taken);
    throw error;
  }
}
