import type { ParseContext } from './parse-context.ts';
import type { SavedState } from '../run/position.ts';
import type { Kept, RunContext, VerbOutcome } from '../run/run-context.ts';
import type { SideDocumentKind } from '../run/side-document.ts';
import type { XmlElement } from '../xml/xml.ts';

/** How what a verb keeps for a restart is written and read. */
export interface StateFormat<S> {
  /** Goes up when `S` changes. */
  readonly version: number;
  /** What this version or an earlier one kept; undefined where it cannot be used: the verb begins anew. */
  read(value: unknown, version: number): S | undefined;
  /** Sids of the recordings that the verb goes on with. */
  recordings?(state: S): readonly string[];
}

/** A verb of the language: how it is read, how it is run, and what it is to what stands around it. One file per verb. */
export interface VerbDefinition<V, S> {
  /** The element's name. */
  readonly name: string;
  /** Reads the element; undefined when nothing is left to run, which it has said in a warning. */
  parse(element: XmlElement, context: ParseContext): V | undefined;
  /** Runs the verb on a leg; returns promptly when the context's signal aborts. Never throws on purpose. */
  run(verb: V, context: RunContext & Kept<S>): Promise<VerbOutcome>;
  /** For a verb that must remember more than when it began. */
  readonly state?: StateFormat<S>;
  /** Whether an inbound leg that nobody has answered is answered before the verb runs. Default: it is. */
  answers?(verb: V): boolean;
  /** A Reject may come after it and is still the first verb that does something. */
  readonly precedesReject?: true;
  /** It does something only while nobody has answered the call: as the first verb that does anything. */
  readonly onlyFirst?: true;
  /** In a row of such verbs, those behind one that was answered are skipped. */
  readonly hunts?: true;
  /** Documents beside a call's own in which it runs; in the others it is skipped. */
  readonly allowedIn?: readonly SideDocumentKind[];
  /** Ends a document beside the call's own by saying no. */
  readonly declines?: true;
  /** Its text is a URL. */
  readonly textIsUrl?: true;
  /** Why a call never comes past it, in words for the linter; undefined when it may. */
  endsDocument?(verb: V): string | undefined;
  /** What the linter finds in the verb by itself. */
  lint?(verb: V): VerbLint;
}

/** What the linter is to know of a verb. */
export interface VerbLint {
  /** Verbs that stand in it and run in their order. */
  readonly inner?: readonly CompiledVerb[];
  /** What is said of the verb; the rest of a sentence that begins with its place and name. */
  readonly warning?: string;
  /** The same of what stands in it; with its place it is the verb's own text. */
  readonly parts?: readonly {
    readonly name: string;
    readonly line: number;
    readonly column: number;
    readonly warning: string;
  }[];
  /** The document that it goes on with at once. */
  readonly leadsTo?: string;
}

/** A verb of one document, ready to run. */
export interface CompiledVerb {
  readonly name: string;
  readonly line: number;
  readonly column: number;
  readonly answers: boolean;
  readonly precedesReject: boolean;
  readonly onlyFirst: boolean;
  readonly hunts: boolean;
  readonly allowedIn: readonly SideDocumentKind[];
  readonly declines: boolean;
  /** Why a call never comes past it; undefined when it may. */
  readonly endsDocument: string | undefined;
  readonly lint: VerbLint;
  /** What was read, for tests and logs. */
  readonly value: unknown;
  run(context: RunContext & Kept<SavedState>): Promise<VerbOutcome>;
}

/** A verb as the compiler sees it: its value's type is its own business. */
export interface Verb {
  readonly name: string;
  readonly textIsUrl: boolean;
  compile(element: XmlElement, context: ParseContext): CompiledVerb | undefined;
}

/** Makes a verb of its definition; `S` is what it keeps for a restart. */
export function defineVerb<V, S = never>(definition: VerbDefinition<V, S>): Verb {
  const { name, state } = definition;
  return {
    name,
    textIsUrl: definition.textIsUrl ?? false,
    compile(element, context) {
      const value = definition.parse(element, context);
      if (value === undefined) return undefined;
      return {
        name,
        line: element.line,
        column: element.column,
        answers: definition.answers?.(value) ?? true,
        precedesReject: definition.precedesReject ?? false,
        onlyFirst: definition.onlyFirst ?? false,
        hunts: definition.hunts ?? false,
        allowedIn: definition.allowedIn ?? [],
        declines: definition.declines ?? false,
        endsDocument: definition.endsDocument?.(value),
        lint: definition.lint?.(value) ?? {},
        value,
        run: (runContext) => definition.run(value, { ...runContext, ...typed(runContext, state) }),
      };
    },
  };
}

function typed<S>(kept: Kept<SavedState>, format: StateFormat<S> | undefined): Kept<S> {
  const { savedState } = kept;
  return {
    savedState: savedState === undefined ? undefined : format?.read(savedState.value, savedState.version),
    saveState: (state) => {
      const recordings = format?.recordings?.(state) ?? [];
      return kept.saveState({
        version: format?.version ?? 1,
        value: state,
        ...(recordings.length === 0 ? {} : { recordings }),
      });
    },
  };
}
