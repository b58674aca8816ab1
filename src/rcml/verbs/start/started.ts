import type { SidPrefix } from '../../../call/sids.ts';
import type { ParseContext } from '../../document/parse-context.ts';
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
