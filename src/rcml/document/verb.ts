import type { ParseContext } from './parse-context.ts';
import type { SavedState } from '../run/position.ts';
import type { Kept, RunContext, VerbOutcome } from '../run/run-context.ts';
import type { SideDocumentKind } from '../run/side-document.ts';
import type { XmlElement } from '../xml/xml.ts';

/** The format in which a verb keeps its state for a restart. */
export interface StateFormat<S> {
  /** Goes up when `S` changes. */
  readonly version: number;
  /** Reads what this version or an earlier one kept; undefined when it cannot be used, and the verb begins anew. */
  read(value: unknown, version: number): S | undefined;
  /** Sids of the recordings that the verb goes on with. */
  recordings?(state: S): readonly string[];
}

/** A verb of the language: how it is parsed, how it runs, and how it affects what is around it. One file per verb. */
export interface VerbDefinition<V, S> {
  /** The element's name. */
  readonly name: string;
  /** Reads the element; undefined, after a warning, when nothing is left to run. */
  parse(element: XmlElement, context: ParseContext): V | undefined;
  /** Runs the verb on a leg; returns promptly when the context's signal aborts. Never throws on purpose. */
  run(verb: V, context: RunContext & Kept<S>): Promise<VerbOutcome>;
  /** For a verb that must remember more than when it began. */
  readonly state?: StateFormat<S>;
  /** Whether an inbound leg that nobody has answered is answered before the verb runs. Default: it is. */
  answers?(verb: V): boolean;
  /** A Reject may come after it and is still the first verb that does something. */
  readonly precedesReject?: true;
  /** It has an effect only while the call is unanswered, so only as the first verb that does anything. */
  readonly onlyFirst?: true;
  /** In a row of such verbs, those after one that was answered are skipped. */
  readonly hunts?: true;
  /** The side documents in which it runs; in the others it is skipped. */
  readonly allowedIn?: readonly SideDocumentKind[];
  /** It runs in no document of a call's own. */
  readonly onlyAside?: true;
  /** In a side document it says no, which ends the document. */
  readonly declines?: true;
  /** Its text is a URL. */
  readonly textIsUrl?: true;
  /** Why a call never gets past it, in words for the linter; undefined when it can. */
  endsDocument?(verb: V): string | undefined;
  /** What the linter finds in the verb by itself. */
  lint?(verb: V): VerbLint;
}

/** What the linter needs to know of a verb. */
export interface VerbLint {
  /** The verbs inside it, in the order in which they run. */
  readonly inner?: readonly CompiledVerb[];
  /** A warning about the verb: the rest of a sentence that begins with its place and name. */
  readonly warning?: string;
  /** A note about it where no other verb follows. */
  readonly noteIfLast?: string;
  /** Warnings about what is inside it; one with the verb's own place is about the verb's text. */
  readonly parts?: readonly {
    readonly name: string;
    readonly line: number;
    readonly column: number;
    readonly warning: string;
  }[];
  /** The URL of the document that it goes on with at once. */
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
  readonly onlyAside: boolean;
  readonly declines: boolean;
  /** Why a call never gets past it; undefined when it can. */
  readonly endsDocument: string | undefined;
  readonly lint: VerbLint;
  /** What was read, for tests and logs. */
  readonly value: unknown;
  run(context: RunContext & Kept<SavedState>): Promise<VerbOutcome>;
}

/** A verb as the compiler sees it, without the type of its value. */
export interface Verb {
  readonly name: string;
  readonly textIsUrl: boolean;
  compile(element: XmlElement, context: ParseContext): CompiledVerb | undefined;
}

/** Makes a verb from its definition; `S` is the state that it keeps for a restart. */
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
        onlyAside: definition.onlyAside ?? false,
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
