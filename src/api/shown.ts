import type { Parameters } from '../call/request-parameters.ts';
import { withoutCredentials } from '../call/shown-url.ts';
import type { JsonObject, JsonValue } from './http/rendering.ts';

const MASKED = '****';

/** Names whose values must not be readable afterwards: what a caller has keyed in, and secrets. */
const SECRET = /digits$|token$|password$|^authorization$/i;

/** The idempotency token is not a secret: receivers recognize a repeated request by it. */
const NO_SECRET = /^(i-)?idempotency-?token$/i;

/** A request's parameters as they may be shown; the values of a repeated name become a list. */
export function shownParameters(
  parameters: Parameters,
): Readonly<Record<string, string | readonly string[]>> {
  const object: Record<string, string | readonly string[]> = {};
  for (const [name, plain] of parameters) {
    const value = isSecret(name) ? MASKED : plain;
    const before = object[name];
    object[name] =
      before === undefined ? value : [...(typeof before === 'string' ? [before] : before), value];
  }
  return object;
}

/** A URL without user and password, and with the digits and secrets in its query masked. */
export function shownUrl(url: string): string {
  const plain = withoutCredentials(url);
  if (!URL.canParse(plain)) return plain;
  const shown = new URL(plain);
  const names = [...shown.searchParams.keys()].filter(isSecret);
  if (names.length === 0) return plain;
  for (const name of names) shown.searchParams.set(name, MASKED);
  return shown.href;
}

/** The data of an event with all secrets in it masked. */
export function shownData(data: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, isSecret(name) ? MASKED : shownValue(value)]),
  );
}

function shownValue(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(shownValue);
  return typeof value === 'object' && value !== null ? shownData(value as JsonObject) : value;
}

function isSecret(name: string): boolean {
  return SECRET.test(name) && !NO_SECRET.test(name);
}
