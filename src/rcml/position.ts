import type { HttpMethod } from '../call/leg.ts';
import type { Parameters } from '../call/ports.ts';
import type { DocumentSource } from './compile.ts';

/** Why a document is asked for. */
export type RequestReason = 'first' | 'action' | 'redirect' | 'fallback';

/** A document request, complete: a repeat after a crash is the same request with the same token. */
export interface PendingRequest {
  readonly reason: RequestReason;
  readonly url: string;
  readonly method: HttpMethod;
  readonly parameters: Parameters;
  readonly token: string;
}

/** Where the document is asked for when another request failed. */
export interface Fallback {
  readonly url: string;
  readonly method: HttpMethod;
}

/** Ends the leg. `status` is what the application server said, when that is why. */
export type Ending =
  | /** By Hangup or by the document's end: a leg that was not answered yet is answered first. */ {
      readonly why: 'hang-up' | 'end-of-document';
    }
  | { readonly why: 'endless-loop' }
  | { readonly why: 'no-document'; readonly status?: number };

/** What the interpreter does next on a leg. */
export type Step =
  | { readonly kind: 'request'; readonly request: PendingRequest }
  | {
      readonly kind: 'verb';
      readonly document: DocumentSource;
      /** Index in the compiled document; its length stands for the document's end. */
      readonly index: number;
      /** Milliseconds since the epoch. */
      readonly beganAt: number;
      /** An answered Dial came before: Dials are skipped. */
      readonly skipDials: boolean;
      /** What the verb kept with `saveState`. */
      readonly state?: unknown;
    }
  | { readonly kind: 'end'; readonly ending: Ending };

/** What holds for a call whatever document it runs. */
export interface CallTerms {
  readonly fallback?: Fallback;
  /** When it is hung up; milliseconds since the epoch. */
  readonly hangUpAt?: number;
}

/**
 * Where the interpreter is on a leg: JSON, written through the journal before the step that it describes
 * begins, so that the call can be resumed from the database alone.
 */
export interface Position extends CallTerms {
  readonly version: 1;
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
