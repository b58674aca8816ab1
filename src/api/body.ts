import { bodyParser } from '@koa/bodyparser';
import type { Context, Middleware } from 'koa';
import { API_ERRORS, ApiError, badRequest } from './errors.ts';
import { type Form, formOfJson, parseForm } from './form.ts';

const BODY_LIMIT = '100kb';
const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

/**
 * Reads form and JSON bodies, at most 100 kB. A form comes as text and is read by `parseForm`: the parser's own
 * way would turn `a.b=1` and `a[b]=1` into objects.
 */
export function readBody(): Middleware {
  return bodyParser({
    enableTypes: ['json', 'text'],
    extendTypes: { text: [FORM] },
    jsonLimit: BODY_LIMIT,
    textLimit: BODY_LIMIT,
    onError: (error) => {
      throw unreadable(error);
    },
  });
}

/** The body's parameters. @throws ApiError 400 or 415 */
export function formOf(ctx: Context): Form {
  const body: unknown = (ctx.request as { body?: unknown }).body;
  // Twilio's and other libraries name a type where there is no body.
  if (!['POST', 'PUT'].includes(ctx.method) || ctx.is() === null || ctx.request.length === 0)
    return new Map();
  if (ctx.is(FORM)) return parseForm(typeof body === 'string' ? body : '');
  if (ctx.is(JSON_TYPE)) return formOfJson(body ?? {});
  throw new ApiError(415, API_ERRORS.badRequest, `Content-Type must be ${FORM} or ${JSON_TYPE}`);
}

function unreadable(error: Error): ApiError {
  if ('status' in error && error.status === 413) {
    // The rest of the body is not read, so the connection cannot serve another request.
    const headers = { Connection: 'close' };
    return new ApiError(413, API_ERRORS.badRequest, 'The body must have at most 100 kB', headers);
  }
  return badRequest(
    API_ERRORS.badRequest,
    'The body is not complete, or not in the notation of its Content-Type',
  );
}
