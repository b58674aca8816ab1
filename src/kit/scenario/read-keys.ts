import type { YamlValue } from './yaml-reader.ts';

const KEYS = /^[0-9*#A-Dw]+$/;

/** Keys of a phone. */
export function readKeys(value: YamlValue, what: string): string | undefined {
  const keys = value.text(what);
  if (keys === undefined || KEYS.test(keys)) return keys;
  return value.wrong(`${what} must be keys (0-9, *, #, A-D, and w for half a second), not "${keys}".`);
}
