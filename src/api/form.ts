import { API_ERRORS, badRequest } from './errors.ts';
import { percentDecoded } from './http/utf8.ts';

/** Decoded parameters; a name may occur several times. */
export type Form = ReadonlyMap<string, readonly string[]>;

/**
 * Decodes a query or an `application/x-www-form-urlencoded` body.
 * @throws ApiError for anything that is not UTF-8, which would silently become other characters
 */
export function parseForm(text: string): Form {
  const pairs = text.split('&').filter((pair) => pair !== '');
  return collect(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.replaceAll('+', ' ').split('=');
      return [decoded(name), decoded(value.join('='))] as const;
    }),
  );
}

function decoded(part: string): string {
  const text = percentDecoded(part);
  if (text === undefined) throw badRequest(API_ERRORS.badRequest, `${part.slice(0, 100)} is not UTF-8`);
  return text;
}

/**
 * Turns a JSON body into the form that it stands for: an object of strings, numbers, booleans and lists of them; null
 * is the empty string.
 * @throws ApiError
 */
export function formOfJson(body: unknown): Form {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequest(API_ERRORS.badRequest, 'A JSON body must be an object of parameters');
  }
  const pairs: (readonly [string, string])[] = [];
  for (const [name, value] of Object.entries(body)) {
    for (const item of Array.isArray(value) ? value : [value]) pairs.push([name, textOf(name, item)]);
  }
  return collect(pairs);
}

function textOf(name: string, value: unknown): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw badRequest(
    API_ERRORS.badRequest,
    `${name} must be a string, a number, true or false, or a list of these`,
  );
}

function collect(pairs: Iterable<readonly [string, string]>): Form {
  const form = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const values = form.get(name);
    if (values === undefined) form.set(name, [value]);
    else values.push(value);
  }
  return form;
}
