import type { HttpMethod } from '../../call/http-method.ts';
import type { VoiceSettings } from '../../call/leg/leg.ts';
import type { Parameters } from '../../call/request-parameters.ts';
import type { ApiCallOrder } from './api-call-order.ts';
import type { CallStart, Fallback } from './call-start.ts';
import type { DocumentSource } from '../document/document-source.ts';

/** Why a document is requested. */
export type RequestReason = 'first' | 'action' | 'redirect' | 'fallback';

/** A document request, complete: a repeat after a crash is the same request with the same token. */
export interface PendingRequest {
  readonly reason: RequestReason;
  readonly url: string;
  readonly method: HttpMethod;
  readonly parameters: Parameters;
  readonly token: string;
}

/** Why the leg is ended. `status` is the application server's, when it answered. */
export type DocumentEnd =
  | /** Hangup or the document's end: a leg that is not answered yet is answered first. */ {
      readonly why: 'hang-up' | 'end-of-document';
    }
  | /** Leave, in the wait document of a queue. */ { readonly why: 'leave' }
  | { readonly why: 'endless-loop' }
  | { readonly why: 'no-document'; readonly status?: number };

/** What a verb keeps so that it can go on after a restart. */
export interface SavedState {
  /** Version of the verb's own format. */
  readonly version: number;
  /** JSON in that format. */
  readonly value: unknown;
  /** Sids of the recordings that the verb goes on with after a restart. */
  readonly recordings?: readonly string[];
}

/** Runs one verb of a document. */
export interface VerbStep {
  readonly kind: 'verb';
  readonly document: DocumentSource;
  /** Index in the compiled document; the number of its verbs stands for the document's end. */
  readonly index: number;
  /** Milliseconds since the epoch. */
  readonly beganAt: number;
  /** An answered Dial came before: Dials are skipped. */
  readonly skipDials: boolean;
  readonly state?: SavedState;
}

/** What is done next on a leg. */
export type Step =
  | { readonly kind: 'request'; readonly request: PendingRequest }
  | VerbStep
  | { readonly kind: 'end'; readonly ending: DocumentEnd };

/** What holds for a call, whatever document it runs. */
export interface CallTerms {
  readonly fallback?: Fallback;
  /** When it is hung up; milliseconds since the epoch. */
  readonly hangUpAt?: number;
}

/** Goes up when the JSON of a position changes; `saved-position.ts` reads the earlier ones. */
export const POSITION_VERSION = 2;

/**
 * Where a leg stands in its documents: JSON, written through the journal before the step that it describes
 * begins, so that the call can be resumed from the database alone.
 */
export interface Position extends CallTerms {
  readonly version: typeof POSITION_VERSION;
  readonly kind: 'document';
  /** Documents in a row in which nothing was heard, dialled or waited for. */
  readonly idleDocuments: number;
  /** A verb other than Pause, Redirect and Reject has begun: Reject is no longer possible. */
  readonly hasBegun: boolean;
  /** Actions of an interrupted verb: requested beside the step, their reply is ignored. */
  readonly owed?: readonly PendingRequest[];
  /** What `Cookies.kept` gave; absent: there are none. */
  readonly cookies?: unknown;
  readonly step: Step;
}

/** A position as it is written: a long document is apart (see `PositionKeeper`). */
export type KeptPosition = Omit<Position, 'step'> & {
  readonly step: Step | (Omit<VerbStep, 'document'> & { readonly document: NamedSource });
};

/** A document whose text is written under a name. */
export type NamedSource = Omit<DocumentSource, 'text'> & { readonly name: string };

/** A REST call that nobody has answered yet. */
export interface DiallingPosition {
  readonly version: typeof POSITION_VERSION;
  readonly kind: 'dialling';
  readonly order: ApiCallOrder;
  readonly voice: VoiceSettings;
  /** When it was dialled, milliseconds since the epoch; absent while it is queued. */
  readonly since?: number;
  /** What it begins with instead, after a live modification. */
  readonly start?: CallStart;
}

/** A leg that was taken out of the Dial that made it and has not been answered yet. */
export interface TakenPosition {
  readonly version: typeof POSITION_VERSION;
  readonly kind: 'taken';
  /** What it begins with when it is answered. */
  readonly start: CallStart;
}

/** Everything that may be kept as a leg's position. */
export type LegPosition = Position | DiallingPosition | TakenPosition;
