import { z } from 'zod';
import type { JsonObject, JsonValue } from '../http/rendering.ts';
import type { Route } from '../route.ts';
import { pathOf } from '../http/router.ts';
import { type Operation, OPERATIONS } from './operations.ts';
import { errorReply, REPLIES, type ReplyName } from './replies.ts';
import { page } from './reply-parts.ts';

const REFUSALS: JsonObject = {
  description: 'Refused: 400 a wrong parameter, 401, 403, 404, 405, 413, 415, 429 with Retry-After, 503',
  content: { 'application/json': { schema: ref('Error') } },
};

/** The OpenAPI 3.1 document of these routes; what has no entry in `OPERATIONS` is only named. */
export function openApiDocument(routes: readonly Route[], version: string): JsonObject {
  const paths: Record<string, Record<string, JsonValue>> = {};
  for (const route of routes) {
    const path = shownPath(route);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Legwork',
      version,
      description:
        'Restcomm’s REST API. Without `.json` behind the path, and without Accept: application/json, replies are XML; `Recordings/{Sid}` is the sound then, like `Recordings/{Sid}.wav` and `.mp3`.',
    },
    servers: ['/2012-04-24', '/2010-04-01', '/api/2012-04-24', '/restcomm/2012-04-24'].map((url) => ({
      url,
    })),
    security: [{ account: [] }],
    paths: { ...paths, ...besides() },
    components: {
      securitySchemes: {
        account: {
          type: 'http',
          scheme: 'basic',
          description: 'AccountSid or e-mail address, and AuthToken',
        },
      },
      schemas: schemas(),
    },
  };
}

/** With `.json` and OpenAPI's way of naming variables. */
export function shownPath(route: Route): string {
  return `${pathOf(route).replace(/:(\w+)/g, (_all, name: string) => `{${variableName(name)}}`)}.json`;
}

function variableName(name: string): string {
  return name === 'sid' ? 'Sid' : name.charAt(0).toUpperCase() + name.slice(1);
}

function operationOf(route: Route): JsonObject {
  const operation = OPERATIONS[`${route.method} ${pathOf(route)}`];
  const variables = [...pathOf(route).matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name: variableName(name),
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  if (operation === undefined) {
    return { parameters: variables, responses: { default: { description: 'Not described yet' } } };
  }
  const { summary, form } = operation;
  return {
    summary,
    parameters: [...variables, ...queryParameters(operation)],
    ...(form === undefined ? {} : { requestBody: requestBody(form) }),
    responses: { [String(operation.status)]: success(operation), default: REFUSALS },
  };
}

function queryParameters({ query, times = [] }: Operation): readonly JsonObject[] {
  const { properties } = query === undefined ? { properties: {} } : requestSchema(query);
  return [
    ...Object.entries(properties as JsonObject).map(([name, schema]) => ({ name, in: 'query', schema })),
    ...times.flatMap((name) =>
      ['', '>', '<'].map((operator) => ({
        name: name + operator,
        in: 'query',
        description: 'A date such as 2026-01-31 (its whole day) or a time such as 2026-01-31T12:00:00Z',
        schema: { type: 'string' },
      })),
    ),
  ];
}

function requestBody(form: z.ZodObject): JsonObject {
  const schema = requestSchema(form);
  return {
    required: true,
    content: { 'application/x-www-form-urlencoded': { schema }, 'application/json': { schema } },
  };
}

function success({ reply, list }: Operation): JsonObject {
  if (reply === undefined) return { description: 'Done' };
  const schema = list === undefined ? ref(reply) : ref(listName(reply));
  return { description: 'Done', content: { 'application/json': { schema } } };
}

function schemas(): JsonObject {
  const resources = Object.entries(REPLIES).map(([name, schema]) => [name, replySchema(schema)] as const);
  const lists = Object.values(OPERATIONS).flatMap(({ reply, list }) =>
    reply === undefined || list === undefined ? [] : [[listName(reply), listSchema(reply, list)] as const],
  );
  return { ...Object.fromEntries(resources), ...Object.fromEntries(lists), Error: replySchema(errorReply) };
}

function listSchema(reply: ReplyName, list: string): JsonObject {
  const { properties, required, ...rest } = replySchema(z.strictObject(page));
  return {
    ...rest,
    properties: { ...(properties as JsonObject), [list]: { type: 'array', items: ref(reply) } },
    required: [...(required as readonly string[]), list],
  };
}

function listName(reply: ReplyName): string {
  return `${reply}List`;
}

/** What is asked at other places than the prefixes. */
function besides(): JsonObject {
  const path = (summary: string, type: string, authenticated: boolean) => ({
    servers: [{ url: '/' }],
    get: {
      summary,
      ...(authenticated ? {} : { security: [] }),
      responses: { '200': { description: 'Done', content: { [type]: {} } } },
    },
  });
  return {
    '/health': path('Process, database and Asterisk; 503 when one is down', 'application/json', false),
    '/metrics': path('For Prometheus', 'text/plain', false),
    '/openapi.json': path('This document', 'application/json', false),
    '/docs': path('This document for people', 'text/html', false),
  };
}

function requestSchema(schema: z.ZodObject): JsonObject {
  return plain(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
}

function replySchema(schema: z.ZodObject): JsonObject {
  return plain(z.toJSONSchema(schema, { io: 'output' }));
}

/** The document says once which JSON Schema is meant. */
function plain({ $schema: _dialect, ...schema }: object & { readonly $schema?: unknown }): JsonObject {
  return schema as JsonObject;
}

function ref(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` };
}
