import type { SidPrefix } from '../../../call/sids.ts';
import { readAttributes } from '../../document/attributes.ts';
import { childElements, type ParseContext, textOf } from '../../document/parse-context.ts';
import type { RunContext } from '../../run/run-context.ts';
import type { XmlElement } from '../../xml/xml.ts';

/** What one child of a `<Start>` begins beside the call. */
export interface Started {
  /** What was read, for tests. */
  readonly value: unknown;
  /** Of what it begins. */
  readonly sidPrefix: SidPrefix;
  /** Whether it needs an answered leg: then the verb answers it. */
  readonly answers: boolean;
  /**
   * Begins it, without waiting for its end. The SID is kept before, so `context.resumed` says that a former process may
   * have begun it under this SID.
   */
  start(sid: string, context: RunContext): Promise<void>;
}

/** What one child of a `<Stop>` ends. */
export interface Stopped {
  /** What was read, for tests. */
  readonly value: unknown;
  stop(context: RunContext): Promise<void>;
}

/** A kind of child. `parse` returns undefined, after a warning, when there is nothing to do. */
export interface ChildOf<T> {
  readonly name: string;
  parse(element: XmlElement, context: ParseContext): T | undefined;
}

/** The children of a `<Start>` or `<Stop>`, which has nothing else; undefined, after a warning, when there are none. */
export function readChildren<T>(
  element: XmlElement,
  kinds: readonly ChildOf<T>[],
  does: 'start' | 'stop',
  context: ParseContext,
): { readonly children: readonly T[] } | undefined {
  readAttributes(element, {}, context);
  if (textOf(element) !== '') context.warn(element, 'has text in it; the text is ignored');
  const byName = new Map(kinds.map((kind) => [kind.name, kind]));
  const children = childElements(element, [...byName.keys()], context)
    .map((child) => byName.get(child.name)?.parse(child, context))
    .filter((child) => child !== undefined);
  if (children.length > 0) return { children };
  context.warn(element, `has nothing to ${does}; it is skipped`);
  return undefined;
}
