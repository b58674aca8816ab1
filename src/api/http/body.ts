import { bodyParser } from '@koa/bodyparser';
import type { Context, Middleware } from 'koa';
import { API_ERRORS, ApiError, badRequest } from '../errors.ts';
import { type Form, formOfJson, parseForm } from '../form.ts';
import { textOfBytes } from './utf8.ts';

const BODY_LIMIT = '100kb';
const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

/**
 * Reads form and JSON bodies of at most 100 kB as bytes. Left to itself, the parser would turn anything that is not
 * UTF-8 into other characters, and `a.b=1` and `a[b]=1` into objects.
 */
export function readBody(): Middleware {
  return bodyParser({
    enableTypes: ['text'],
    extendTypes: { text: [FORM, JSON_TYPE] },
    textLimit: BODY_LIMIT,
    encoding: 'binary',
    onError: (error) => {
      throw unreadable(error);
    },
  });
}

/** The body's parameters. @throws ApiError 400 or 415 */
export function formOf(ctx: Context): Form {
  const body: unknown = (ctx.request as { body?: unknown }).body;
  // Twilio's and other libraries send a Content-Type even without a body.
  if (!['POST', 'PUT'].includes(ctx.method) || ctx.is() === null || ctx.request.length === 0)
    return new Map();
  const text = textOfBytes(typeof body === 'string' ? body : '');
  if (text === undefined) throw badRequest(API_ERRORS.badRequest, 'The body must be UTF-8');
  if (ctx.is(FORM)) return parseForm(text);
  if (ctx.is(JSON_TYPE)) return text === '' ? new Map() : formOfJson(jsonOf(text));
  throw new ApiError(415, API_ERRORS.badRequest, `Content-Type must be ${FORM} or ${JSON_TYPE}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(error as Error);
  }
}

function unreadable(error: Error): ApiError {
  if ('status' in error && error.status === 413) {
    // The rest of the body is not read, so the connection cannot serve another request.
    const headers = { Connection: 'close' };
    return new ApiError(413, API_ERRORS.badRequest, 'The body must not be larger than 100 kB', headers);
  }
  return badRequest(
    API_ERRORS.badRequest,
    'The body is incomplete, or not in the format that its Content-Type says',
  );
}
