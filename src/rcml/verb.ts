import type { ParseContext } from './parse-context.ts';
import type { RunContext, VerbOutcome } from './run-context.ts';
import type { XmlElement } from './xml.ts';

/** A verb of the language: how it is read, and how it is run. One file per verb. */
export interface VerbDefinition<V> {
  /** The element's name. */
  readonly name: string;
  /** Reads the element; undefined when nothing is left to run, which it has said in a warning. */
  parse(element: XmlElement, context: ParseContext): V | undefined;
  /** Runs the verb on a leg; returns promptly when the context's signal aborts. Never throws on purpose. */
  run(verb: V, context: RunContext): Promise<VerbOutcome>;
  /** Whether an unanswered inbound leg stays unanswered when this verb begins. Default: it is answered first. */
  leavesRinging?(verb: V): boolean;
}

/** A verb of one document, ready to run. */
export interface CompiledVerb {
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly leavesRinging: boolean;
  /** What was read, for tests and logs. */
  readonly value: unknown;
  run(context: RunContext): Promise<VerbOutcome>;
}

/** A verb as the compiler sees it: its value's type is its own business. */
export interface Verb {
  readonly name: string;
  compile(element: XmlElement, context: ParseContext): CompiledVerb | undefined;
}

export function defineVerb<V>(definition: VerbDefinition<V>): Verb {
  return {
    name: definition.name,
    compile(element, context) {
      const value = definition.parse(element, context);
      if (value === undefined) return undefined;
      return {
        name: definition.name,
        line: element.line,
        column: element.column,
        leavesRinging: definition.leavesRinging?.(value) ?? false,
        value,
        run: (runContext) => definition.run(value, runContext),
      };
    },
  };
}
