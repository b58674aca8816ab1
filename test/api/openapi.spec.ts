import assert from 'node:assert/strict';
import { pathOf } from '../../src/api/http/router.ts';
import { DOCUMENT, problemsOf, ROUTES } from '../support/contract.ts';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';

/** Every reply in all tests of this folder is held against the document: support/contract.ts. */
describe('The OpenAPI document', () => {
  let api: FakeApi;
  before(async () => {
    api = await startFakeApi();
  });
  after(() => api.close());

  it('is served to everybody', async () => {
    const reply = await api.request('GET', '/openapi.json', { as: '' });
    assert.equal(reply.status, 200);
    assert.deepEqual(reply.json, JSON.parse(JSON.stringify(DOCUMENT)));
  });

  it('describes every route, and nothing that is not there', () => {
    const routes = ROUTES.map((route) => `${route.method.toLowerCase()} ${pathOf(route)}`);
    const described = Object.entries(DOCUMENT.paths)
      .filter(([path]) => path.startsWith('/Accounts'))
      .flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method} ${path}`));
    const asInPaths = (path: string) =>
      path.replace(/:(\w)(\w*)/g, (_all, first: string, rest: string) => `{${first.toUpperCase()}${rest}}`);
    const expected = [
      ...routes.map((route) => `${asInPaths(route)}.json`),
      'get /Accounts/{AccountSid}/Live',
    ];
    assert.deepEqual(described.toSorted(), expected.toSorted());
  });

  it('has one schema for each kind of resource', () => {
    const resources = new Set(
      ROUTES.flatMap(({ reply }) => (reply.kind === 'nothing' ? [] : [reply.resource])),
    );
    const names = [...resources].map(({ name }) => name);
    assert.deepEqual(names, [...new Set(names)]);
  });

  it('says of parameters what the schemas that check them say', () => {
    const operation = DOCUMENT.paths['/Accounts/{AccountSid}/Calls.json']?.['post'];
    const body = operation?.['requestBody'] as {
      content: Record<string, { schema: Record<string, unknown> }>;
    };
    const schema = body.content['application/x-www-form-urlencoded']?.schema ?? {};
    assert.deepEqual(schema['required'], ['To', 'From']);
    const properties = schema['properties'] as Record<string, unknown>;
    assert.deepEqual(properties['Timeout'], {
      type: 'integer',
      description: 'a whole number of seconds from 5 to 600',
      minimum: 5,
      maximum: 600,
    });
    assert.deepEqual(properties['Method'], {
      type: 'string',
      description: 'GET or POST',
      enum: ['GET', 'POST'],
    });
    assert.deepEqual(properties['StatusCallbackEvent'], { type: 'array', items: { type: 'string' } });
  });

  it('asks for no more than the checks do', () => {
    const asked = (path: string, method: string) => {
      const body = DOCUMENT.paths[path]?.[method]?.['requestBody'] as {
        content: Record<string, { schema: { required?: readonly string[] } }>;
      };
      return body.content['application/json']?.schema.required ?? [];
    };
    assert.deepEqual(asked('/Accounts/{AccountSid}/SipTrunks.json', 'post'), ['Host']);
    assert.deepEqual(asked('/Accounts/{AccountSid}/SipTrunks/{Sid}.json', 'post'), []);
  });

  it('names every parameter of every path, and no schema that is not there', () => {
    const text = JSON.stringify(DOCUMENT);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      assert.ok(DOCUMENT.components.schemas[name ?? ''] !== undefined, name);
    }
    for (const [path, methods] of Object.entries(DOCUMENT.paths)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const operation of Object.values(methods)) {
        const parameters = (operation['parameters'] ?? []) as { name: string; in: string }[];
        const given = parameters.flatMap((one) => (one.in === 'path' ? [one.name] : []));
        assert.deepEqual(Array.isArray(operation) ? names : given, names, path);
      }
    }
  });

  it('is there for people: a page without scripts and without anything from elsewhere', async () => {
    const { status, headers, text } = await api.request('GET', '/docs', { as: '' });
    assert.equal(status, 200);
    assert.match(headers.get('content-type') ?? '', /^text\/html/);
    const nonce = /style-src 'nonce-([\w-]+)'/.exec(headers.get('content-security-policy') ?? '')?.[1];
    assert.match(text, new RegExp(`<style nonce="${nonce}">`));
    assert.doesNotMatch(text, /<script|https?:\/\//);
    for (const name of Object.keys(DOCUMENT.paths)) assert.ok(text.includes(`<code>${name}</code>`), name);
  });

  it('is held against replies by a test that sees what is wrong', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    };
    assert.deepEqual(problemsOf({ a: 'x' }, schema, ''), []);
    assert.deepEqual(problemsOf({ b: 1 }, schema, ''), ['.a: is missing', '.b: is not in the contract']);
    assert.deepEqual(problemsOf({ a: 1 }, schema, ''), ['.a: 1 is no "string"']);
    assert.deepEqual(problemsOf(1, { anyOf: [{ type: 'null' }, { type: 'integer' }] }, ''), []);
    assert.deepEqual(problemsOf('b', { enum: ['a'], oneOf: [] }, ''), [
      ': the test does not know oneOf',
      ': b is none of a',
    ]);
  });
});
