import { z } from 'zod';
import { isSid, type SidPrefix } from '../call/sids.ts';
import type { HttpMethod } from '../call/http-method.ts';
import { API_ERRORS, ApiError } from './errors.ts';
import type { Form } from './form.ts';
import { isStorable } from './http/utf8.ts';

const MAX_URL_LENGTH = 2048;

/**
 * Reads a form by its schema, and ignores parameters that the schema does not know.
 * @throws ApiError 400 that names every wrong parameter and what is allowed; the code is the first one's.
 */
export function readForm<S extends z.ZodObject>(schema: S, form: Form): z.output<S> {
  const input = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, form.get(name)]));
  const result = schema.safeParse(input);
  if (result.success) {
    const bad = Object.entries(input).find(([, values]) => values?.every(isStorable) === false)?.[0];
    if (bad === undefined) return result.data;
    const message = `${bad} must not contain the character NUL or a lone surrogate`;
    throw new ApiError(400, API_ERRORS.badRequest, message);
  }
  const messages = result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new ApiError(400, codeOf(result.error.issues[0]), messages.join('; '));
}

function codeOf(issue: z.core.$ZodIssue | undefined): number {
  const code: unknown = issue?.code === 'custom' ? issue.params?.['code'] : undefined;
  return typeof code === 'number' ? code : API_ERRORS.badRequest;
}

/** The last value of a repeated parameter counts. */
function last(values: unknown): string | undefined {
  return Array.isArray(values) ? (values as string[]).at(-1) : undefined;
}

/** A parameter that may be missing; an empty one counts as missing. */
export function optional<S extends z.ZodType>(schema: S) {
  return z.preprocess((values) => last(values) || undefined, schema.optional());
}

/** A parameter that a change may also clear: empty becomes null, missing undefined. */
export function clearable<S extends z.ZodType>(schema: S) {
  return z.preprocess((values) => {
    const text = last(values);
    return text === '' ? null : text;
  }, schema.nullish());
}

export function required<S extends z.ZodType<unknown, string>>(code: number, schema: S) {
  const given = z
    .string()
    .refine((text) => text !== '', { error: 'is required', params: { code } })
    .meta(z.globalRegistry.get(schema) ?? {});
  return z.preprocess((values) => last(values) ?? '', given.pipe(schema));
}

/**
 * All values of a parameter that may be repeated; each value may be a list, separated by commas or white space.
 * Undefined when the parameter is missing, and no words when it is empty.
 */
export const wordList = z.preprocess(
  (values) =>
    Array.isArray(values) ? (values as string[]).flatMap((text) => text.split(/[\s,]+/)) : undefined,
  z
    .array(z.string())
    .optional()
    .transform((words) => words?.filter((word) => word !== '')),
);

/** A list of words from `all`, in any case; the result has the order of `all`. */
export const wordsOf = <T extends string>(all: readonly T[]) =>
  wordList.transform((words = [], context): readonly T[] => {
    const asked = words.map((word) => word.toLowerCase());
    if (asked.some((word) => !(all as readonly string[]).includes(word))) {
      context.addIssue({
        code: 'custom',
        message: `must be a list of ${all.join(', ')}`,
        params: { code: API_ERRORS.statusCallbackEvent },
      });
      return z.NEVER;
    }
    return all.filter((word) => asked.includes(word));
  });

/** What the OpenAPI document says about a parameter, in addition to its description. */
export type ShownSchema = Readonly<Record<string, string | number | readonly string[]>>;

/** A text that `accepts` allows; `must` says in words what that is, `shown` in terms of JSON Schema. */
export function checked(
  code: number,
  must: string,
  accepts: (text: string) => boolean,
  shown: ShownSchema = {},
) {
  return z
    .string()
    .refine(accepts, { error: `must be ${must}`, params: { code } })
    .meta({ description: must, ...shown });
}

/** Text for people: no control characters, at most `length` characters. */
export function label(length = 64) {
  return checked(
    API_ERRORS.badRequest,
    `at most ${length} characters, none of them a control character`,
    (text) => text.length <= length && !/\p{Cc}/u.test(text),
    { maxLength: length },
  );
}

/** An absolute http or https URL, kept as it was written. */
export function httpUrl(code: number = API_ERRORS.url) {
  const must = `an absolute http or https URL of at most ${MAX_URL_LENGTH} characters`;
  const accepts = (text: string) => {
    if (text.length > MAX_URL_LENGTH || /[\s\p{Cc}]/u.test(text) || !/^https?:\/\//i.test(text)) return false;
    return URL.canParse(text);
  };
  return checked(code, must, accepts, { format: 'uri', maxLength: MAX_URL_LENGTH });
}

/** GET or POST, in any case. */
export function httpMethod(code: number = API_ERRORS.method) {
  const shown = { enum: ['GET', 'POST'] };
  return checked(code, 'GET or POST', (text) => /^(get|post)$/i.test(text), shown).transform(
    (text) => text.toUpperCase() as HttpMethod,
  );
}

export function wholeNumber(from: number, to: number, code: number = API_ERRORS.badRequest, unit = '') {
  const accepts = (text: string) => {
    const value = Number(text);
    return /^\d{1,12}$/.test(text) && value >= from && value <= to;
  };
  const shown = { type: 'integer', minimum: from, maximum: to };
  return checked(code, `a whole number${unit} from ${from} to ${to}`, accepts, shown).transform(Number);
}

/** One of these words, in any case; the result is the word as it is in the list. */
export function oneOf<const W extends readonly string[]>(words: W, code: number = API_ERRORS.badRequest) {
  const find = (text: string) => words.find((word) => word.toLowerCase() === text.toLowerCase());
  const accepts = (text: string) => find(text) !== undefined;
  return checked(code, `one of ${words.join(', ')}`, accepts, { enum: words }).transform(
    (text) => find(text) as W[number],
  );
}

export function truth(code: number = API_ERRORS.badRequest) {
  const shown = { type: 'boolean' };
  return checked(code, 'true or false', (text) => /^(true|false)$/i.test(text), shown).transform(
    (text) => text.toLowerCase() === 'true',
  );
}

export function sidText(prefix: SidPrefix, code: number = API_ERRORS.badRequest) {
  return checked(code, `${prefix} and 32 hexadecimal digits`, (text) => isSid(prefix, text), {
    pattern: `^${prefix}[0-9a-f]{32}$`,
  });
}

/** A list's filter by SID. An empty one is refused, so that a program whose variable is not set does not get everything. */
export function sidFilter(prefix: SidPrefix) {
  return z.preprocess(last, sidText(prefix).optional());
}

/** A value after a change: undefined keeps it, null clears it. */
export function changed<T>(given: T | null | undefined, current: T | undefined): T | undefined {
  return given === undefined ? current : (given ?? undefined);
}
