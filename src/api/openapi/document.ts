import { z } from 'zod';
import type { JsonObject, JsonValue } from '../http/rendering.ts';
import type { Route } from '../route.ts';
import { pathOf } from '../http/router.ts';
import { errorReply } from '../errors.ts';
import { liveSchema } from '../live/asked-events.ts';
import { pageReply, pageSchema } from '../pages.ts';
import type { Reply, Resource } from '../reply.ts';

const REFUSALS: JsonObject = {
  description: 'Refused: 400 a wrong parameter, 401, 403, 404, 405, 413, 415, 429 with Retry-After, 503',
  content: { 'application/json': { schema: ref('Error') } },
};

/** The OpenAPI 3.1 document of these routes. */
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
        'Restcomm’s REST API. Without `.json` at the end of the path, and without Accept: application/json, replies are XML, and `Recordings/{Sid}` is the sound, as `Recordings/{Sid}.wav` and `.mp3` are.',
    },
    servers: ['/2012-04-24', '/2010-04-01', '/api/2012-04-24', '/restcomm/2012-04-24'].map((url) => ({
      url,
    })),
    security: [{ account: [] }],
    paths: { ...paths, ...live(), ...besides() },
    components: {
      securitySchemes: {
        account: {
          type: 'http',
          scheme: 'basic',
          description: 'AccountSid or e-mail address, and AuthToken',
        },
      },
      schemas: schemas(routes),
    },
  };
}

/** With `.json`, and variables as OpenAPI writes them. */
export function shownPath(route: Route): string {
  return `${pathOf(route).replace(/:(\w+)/g, (_all, name: string) => `{${variableName(name)}}`)}.json`;
}

function variableName(name: string): string {
  return name === 'sid' ? 'Sid' : name.charAt(0).toUpperCase() + name.slice(1);
}

function operationOf(route: Route): JsonObject {
  const { summary, form, reply } = route;
  const variables = [...pathOf(route).matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name: variableName(name),
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  return {
    summary,
    parameters: [...variables, ...queryParameters(route)],
    ...(form === 'ignored' ? {} : { requestBody: requestBody(form) }),
    responses: { [String(reply.status)]: success(reply), default: REFUSALS },
  };
}

function queryParameters({ query }: Route): readonly JsonObject[] {
  if (query === 'ignored') return [];
  const { properties } = requestSchema(query.filters.extend(pageSchema.shape));
  return [
    ...Object.entries(properties as JsonObject).map(([name, schema]) => ({ name, in: 'query', schema })),
    ...query.times.flatMap((name) =>
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

function success(reply: Reply): JsonObject {
  if (reply.kind === 'nothing') return { description: 'Done' };
  const { kind, resource } = reply;
  const schema = ref(kind === 'one' ? resource.name : listName(resource));
  return { description: 'Done', content: { 'application/json': { schema } } };
}

/** The schemas that the replies of the routes refer to. */
function schemas(routes: readonly Route[]): JsonObject {
  const named = routes.flatMap(({ reply }): readonly (readonly [string, JsonObject])[] => {
    if (reply.kind === 'nothing') return [];
    const { kind, resource } = reply;
    const one = [resource.name, replySchema(resource.schema)] as const;
    return kind === 'one' ? [one] : [one, [listName(resource), listSchema(resource)]];
  });
  return { ...Object.fromEntries(named), Error: replySchema(errorReply) };
}

function listSchema({ name, key }: Resource): JsonObject {
  const { properties, required, ...rest } = replySchema(pageReply);
  return {
    ...rest,
    properties: { ...(properties as JsonObject), [key]: { type: 'array', items: ref(name) } },
    required: [...(required as readonly string[]), key],
  };
}

function listName({ name }: Resource): string {
  return `${name}List`;
}

/** `P/Live`, whose reply is a stream. */
function live(): JsonObject {
  const { properties } = requestSchema(liveSchema);
  const query = Object.entries(properties as JsonObject);
  const account = { name: 'AccountSid', in: 'path', required: true, schema: { type: 'string' } };
  return {
    '/Accounts/{AccountSid}/Live': {
      get: {
        summary: 'Everything that happens, as it happens: server-sent events',
        parameters: [account, ...query.map(([name, schema]) => ({ name, in: 'query', schema }))],
        responses: {
          '200': {
            description: 'A stream that does not end by itself',
            content: { 'text/event-stream': {} },
          },
          default: REFUSALS,
        },
      },
    },
  };
}

/** What is served outside the prefixes. */
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

/** Without the version of JSON Schema, which an OpenAPI document implies. */
function plain({ $schema: _dialect, ...schema }: object & { readonly $schema?: unknown }): JsonObject {
  return schema as JsonObject;
}

function ref(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` };
}
