import type { CallEvent } from '../../call/leg/leg.ts';
import type { HttpMethod } from '../../call/http-method.ts';
import { hint, type ParseContext } from './parse-context.ts';
import type { XmlElement } from '../xml/xml.ts';

/** How one attribute is read. `read` returns undefined for a bad value: then the default is used. */
export interface AttributeType<T> {
  readonly absent: T;
  /** For the warning: what is allowed. */
  readonly allowed: string;
  /** A bad value is not repeated in the warning. */
  readonly secret?: boolean;
  read(value: string, context: ParseContext, complain: (what: string) => void): T | undefined;
}

export type AttributeTypes = Readonly<Record<string, AttributeType<unknown>>>;
export type AttributeValues<S extends AttributeTypes> = {
  readonly [K in keyof S]: S[K] extends AttributeType<infer T> ? T : never;
};

/**
 * Reads an element's attributes by their declaration. A bad value gives the default and one warning, an unknown
 * attribute one warning. Declarations of XML namespaces do not count as attributes.
 */
export function readAttributes<S extends AttributeTypes>(
  element: XmlElement,
  types: S,
  context: ParseContext,
): AttributeValues<S> {
  const known = Object.keys(types);
  for (const name of element.attributes.keys()) {
    if (context.isFull || known.includes(name) || /^xmlns(:|$)/.test(name)) continue;
    context.warn(element, `has no attribute ${name}${hint(name, known)}; it is ignored`, name);
  }
  const values: Record<string, unknown> = {};
  for (const name of known) values[name] = readOne(element, name, types, context);
  return values as AttributeValues<S>;
}

function readOne(element: XmlElement, name: string, types: AttributeTypes, context: ParseContext): unknown {
  const type = types[name];
  const value = element.attributes.get(name);
  if (type === undefined || value === undefined) return type?.absent;
  const read = type.read(value, context, (what) => context.warn(element, `${name}: ${what}`, name));
  if (read !== undefined) return read;
  const written = value.length > 60 ? `${value.slice(0, 60)}…` : value;
  const shown = type.secret === true ? 'a bad value' : `"${written}"`;
  const instead = type.absent === undefined ? 'it is ignored' : 'the default is used instead';
  context.warn(element, `has ${name}=${shown}; allowed: ${type.allowed}; ${instead}`, name);
  return type.absent;
}

/** GET or POST, in any case. */
export const method: AttributeType<HttpMethod> = {
  absent: 'POST',
  allowed: 'GET or POST',
  read: (value) => (['GET', 'POST'] as const).find((known) => known === value.toUpperCase()),
};

/** A whole number from `least` to `most`. */
export function integer(absent: number, least: number, most: number): AttributeType<number> {
  return {
    absent,
    allowed: `a whole number from ${least} to ${most}`,
    read: (value) => {
      const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
      return number >= least && number <= most ? number : undefined;
    },
  };
}

/** Whole seconds from `least` to `most`. */
export function seconds(absent: number, least: number, most: number): AttributeType<number> {
  return { ...integer(absent, least, most), allowed: `whole seconds from ${least} to ${most}` };
}

export function boolean(absent: boolean): AttributeType<boolean> {
  return {
    absent,
    allowed: 'true or false',
    read: (value) => ({ true: true, false: false })[value.toLowerCase()],
  };
}

/** One of these words, in any case. */
export function oneOf<const T extends string>(absent: T, words: readonly T[]): AttributeType<T> {
  return {
    absent,
    allowed: words.join(', '),
    read: (value) => words.find((word) => word.toLowerCase() === value.toLowerCase()),
  };
}

/** Any text without control characters; these values end up in SIP headers and in file names. */
export function text(absent: string): AttributeType<string>;
export function text(): AttributeType<string | undefined>;
export function text(absent?: string): AttributeType<string | undefined> {
  return {
    absent,
    allowed: 'non-empty text on one line',
    read: (value) => (value !== '' && !hasControlCharacter(value) ? value : undefined),
  };
}

/** An http or https URL; a relative one resolves against the document's own. */
export const url: AttributeType<string | undefined> = {
  absent: undefined,
  allowed: 'an http or https URL',
  read: (value, context) => resolveUrl(value, context.baseUrl),
};

/** The same, or nothing at all, which is read as an empty text. */
export function orNothing(type: AttributeType<string | undefined>): AttributeType<string | undefined> {
  return {
    ...type,
    allowed: `${type.allowed}, or nothing`,
    read: (value, context, complain) => (value === '' ? '' : type.read(value, context, complain)),
  };
}

/** Event names separated by commas or white space, in any case. */
export function eventList<const T extends string = CallEvent>(
  known: readonly T[],
): AttributeType<readonly T[]> {
  const allowed = known.join(', ');
  return {
    absent: known,
    allowed,
    read: (value, _context, complain) => {
      const words = value.split(/[\s,]+/).filter((word) => word !== '');
      const events = known.filter((event) =>
        words.some((word) => word.toLowerCase() === event.toLowerCase()),
      );
      if (events.length === 0) return undefined;
      const strange = words.filter(
        (word) => !known.some((event) => event.toLowerCase() === word.toLowerCase()),
      );
      for (const word of strange) complain(`there is no event "${word.slice(0, 60)}"; allowed: ${allowed}`);
      return events;
    },
  };
}

/** The absolute form of an http or https URL; undefined when it is not one. */
export function resolveUrl(value: string, baseUrl: string | undefined): string | undefined {
  if (value === '' || hasControlCharacter(value)) return undefined;
  if (!URL.canParse(value, baseUrl)) return undefined;
  const resolved = new URL(value, baseUrl);
  return ['http:', 'https:'].includes(resolved.protocol) ? resolved.href : undefined;
}

export function hasControlCharacter(value: string): boolean {
  return /\p{Cc}/u.test(value);
}
