import assert from 'node:assert/strict';
import { openApiDocument } from '../../src/api/openapi/document.ts';
import { resourceRoutes } from '../../src/api/resources.ts';

type Schema = Readonly<Record<string, unknown>>;
type Json = unknown;

// Only the routes' names are used: nothing is called in what they are made of.
export const ROUTES = resourceRoutes({ repositories: {}, recordings: {}, clock: {}, log: {} } as never);
export const DOCUMENT = openApiDocument(ROUTES, '1.2.3') as unknown as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Schema>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

const PREFIX = /^(?:\/api\/2012-04-24|\/restcomm\/2012-04-24|\/2012-04-24|\/2010-04-01)(?=\/)/;

/** Every JSON reply of the API in a test is what openapi.json says of it. */
export function holdAgainstContract(method: string, url: string, status: number, body: Json): void {
  const path = new URL(url).pathname;
  if (!PREFIX.test(path) || method === 'HEAD') return;
  const { schemas } = DOCUMENT.components;
  if (status >= 400) {
    if (body !== undefined) assertMatches(body, schemas['Error'] ?? {}, `${method} ${path} → ${status}`);
    return;
  }
  const operation = operationAt(method, path.replace(PREFIX, '').replaceAll('.json', ''));
  if (operation === undefined) return;
  const responses = operation['responses'] as Readonly<Record<string, Schema>>;
  const response = responses[String(status)];
  assert.ok(response !== undefined, `${method} ${path} → ${status}`);
  const content = response['content'] as Readonly<Record<string, { schema: Schema }>> | undefined;
  const schema = content?.['application/json']?.schema;
  if (schema !== undefined && body !== undefined) assertMatches(body, schema, `${method} ${path}`);
}

function operationAt(method: string, path: string): Schema | undefined {
  for (const [template, methods] of Object.entries(DOCUMENT.paths)) {
    const pattern = template.replace(/\.json$/, '').replace(/\{\w+\}/g, '[^/.]+');
    if (new RegExp(`^${pattern}$`).test(path)) return methods[method.toLowerCase()];
  }
  return undefined;
}

export function assertMatches(value: Json, schema: Schema, at: string): void {
  const problems = problemsOf(value, schema, '');
  assert.deepEqual(problems, [], `${at} is not what openapi.json says:\n${problems.join('\n')}`);
}

/** As much of JSON Schema as our document uses; what it does not know is a problem. */
export function problemsOf(value: Json, schema: Schema, at: string): readonly string[] {
  const {
    $ref,
    anyOf,
    type,
    const: only,
    enum: words,
    pattern,
    properties: _properties,
    required: _required,
    items,
    ...rest
  } = schema;
  if (typeof $ref === 'string') {
    const name = $ref.replace('#/components/schemas/', '');
    const target = DOCUMENT.components.schemas[name];
    return target === undefined ? [`${at}: no schema ${name}`] : problemsOf(value, target, at);
  }
  if (Array.isArray(anyOf)) {
    const each = (anyOf as Schema[]).map((one) => problemsOf(value, one, at));
    return each.some((problems) => problems.length === 0) ? [] : (each[0] ?? []);
  }
  const found = [...unknownKeywords(rest, at)];
  if (type !== undefined && ![type].flat().some((one) => isType(value, one as string)))
    return [`${at}: ${JSON.stringify(value)} is no ${JSON.stringify(type)}`];
  if (only !== undefined && value !== only) found.push(`${at}: is not ${JSON.stringify(only)}`);
  if (Array.isArray(words) && !words.includes(value))
    found.push(`${at}: ${String(value)} is none of ${words.join(', ')}`);
  if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(String(value))) {
    found.push(`${at}: ${String(value)} does not match ${pattern}`);
  }
  if (Array.isArray(value)) {
    return [
      ...found,
      ...value.flatMap((item, index) => problemsOf(item, (items ?? {}) as Schema, `${at}[${index}]`)),
    ];
  }
  if (typeof value === 'object' && value !== null) return [...found, ...objectProblems(value, schema, at)];
  return found;
}

function objectProblems(value: object, schema: Schema, at: string): readonly string[] {
  const known = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  const missing = ((schema['required'] ?? []) as string[]).filter((name) => !(name in value));
  const members = Object.entries(value).flatMap(([name, member]) => {
    const inner = known[name] ?? schema['additionalProperties'] ?? {};
    if (inner === false) return [`${at}.${name}: is not in the contract`];
    return problemsOf(member, inner as Schema, `${at}.${name}`);
  });
  return [...missing.map((name) => `${at}.${name}: is missing`), ...members];
}

function unknownKeywords(rest: Schema, at: string): readonly string[] {
  const known = [
    'description',
    'additionalProperties',
    'propertyNames',
    'minimum',
    'maximum',
    'format',
    'maxLength',
  ];
  return Object.keys(rest)
    .filter((keyword) => !known.includes(keyword))
    .map((keyword) => `${at}: the test does not know ${keyword}`);
}

function isType(value: Json, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}
