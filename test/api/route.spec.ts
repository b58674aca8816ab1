import assert from 'node:assert/strict';
import { z } from 'zod';
import { notFound } from '../../src/api/errors.ts';
import { optional, wholeNumber } from '../../src/api/parameters.ts';
import { creates, REMOVES, resource, shows } from '../../src/api/reply.ts';
import { text, whole } from '../../src/api/reply-parts.ts';
import { defineRoute, type RoutedRequest } from '../../src/api/route.ts';
import { listRoute } from '../../src/api/route-kinds.ts';

const SHEEP = resource('BlackSheep', { name: text, legs: whole });
const DOLLY = { name: 'Dolly', legs: 4 };
const form = z.object({ Legs: optional(wholeNumber(0, 4)) });

/** What a client sent to a route below its account. */
function request(sent: {
  readonly query?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
}): RoutedRequest {
  const decoded = (pairs: Readonly<Record<string, string>> = {}) =>
    new Map(Object.entries(pairs).map(([name, value]) => [name, [value]] as const));
  const place = { prefix: '/2012-04-24', format: 'json' };
  const read = { query: decoded(sent.query), form: decoded(sent.form) };
  return { place, variables: {}, sent: read } as unknown as RoutedRequest;
}

/** Complete but for its method and handler. */
const DESCRIBED = { path: '/BlackSheep', summary: 'x', query: 'ignored', form: 'ignored' } as const;

describe('A route', () => {
  it('gives its handler the form as the schema reads it, and replies with its own status and names', async () => {
    const route = defineRoute({
      ...DESCRIBED,
      method: 'POST',
      form,
      reply: creates(SHEEP),
      handle: async ({ form: { Legs = 4 } }) => ({ shown: { name: 'Dolly', legs: Legs } }),
    });
    const content = { kind: 'one', element: 'BlackSheep', value: { name: 'Dolly', legs: 3 } };
    assert.deepEqual(await route.handle(request({ form: { Legs: '3' } })), { status: 201, content });
    const refused = route.handle(request({ form: { Legs: '5' } }));
    await assert.rejects(refused, { status: 400, message: 'Legs must be a whole number from 0 to 4' });
  });

  it('with a list gives its handler the filters, and replies with the page', async () => {
    const route = listRoute({
      path: '/BlackSheep',
      summary: 'x',
      filters: form,
      times: ['Shorn'],
      resource: SHEEP,
      handle: async ({ query: { given, page, spans } }) => {
        assert.deepEqual([given, page.pageSize, spans], [{ Legs: 4 }, 1, { Shorn: { from: 0 } }]);
        return { items: [DOLLY], total: 2, nextKey: 'k', uri: '/sheep' };
      },
    });
    const query = { Legs: '4', PageSize: '1', 'Shorn>': '1970-01-01' };
    const { status, content } = await route.handle(request({ query }));
    assert.equal(status, 200);
    assert(content?.kind === 'list');
    const { element, collection, key, items, page } = content;
    assert.deepEqual(
      [element, collection, key, items],
      ['BlackSheep', 'BlackSheeps', 'black_sheeps', [DOLLY]],
    );
    assert.equal(page['next_page_uri'], '/sheep?Legs=4&Shorn%3E=1970-01-01&Page=1&PageSize=1&PageToken=k');
  });

  it('says that a thing is not there before it says what is wrong with a parameter', async () => {
    const route = defineRoute({
      ...DESCRIBED,
      method: 'POST',
      form,
      reply: shows(SHEEP),
      find: async (): Promise<typeof DOLLY> => {
        throw notFound('The sheep');
      },
      handle: async ({ found }) => ({ shown: found }),
    });
    const refused = route.handle(request({ form: { Legs: '5' } }));
    await assert.rejects(refused, { status: 404, message: 'The sheep was not found' });
  });

  it('is a type error where its summary, its parameters or its reply are missing or not kept', () => {
    const { path, summary, query } = DESCRIBED;
    const handle = async () => ({ shown: DOLLY });
    const shown = { method: 'GET', path, handle } as const;
    const nothing = { ...DESCRIBED, method: 'DELETE', reply: REMOVES } as const;
    const routes = [
      // @ts-expect-error -- no summary
      defineRoute({ ...shown, query, form: 'ignored', reply: shows(SHEEP) }),
      // @ts-expect-error -- no query
      defineRoute({ ...shown, summary, form: 'ignored', reply: shows(SHEEP) }),
      // @ts-expect-error -- no form
      defineRoute({ ...shown, summary, query, reply: shows(SHEEP) }),
      // @ts-expect-error -- no reply
      defineRoute({ ...shown, summary, query, form: 'ignored' }),
      // @ts-expect-error -- another reply than it says
      defineRoute({ ...nothing, reply: shows(SHEEP), handle: async () => ({ shown: { name: 'Dolly' } }) }),
      // @ts-expect-error -- a form that is not read
      defineRoute({ ...nothing, handle: async ({ form: { Legs } }) => assert.fail(Legs) }),
      // @ts-expect-error -- a list without filters
      listRoute({ path, summary, resource: SHEEP, handle: () => assert.fail() }),
    ];
    assert.equal(routes.length, 7);
  });
});
