import { compact } from '../../call/compact.ts';
import type { GiveUp } from '../../call/leg/leg.ts';
import type { HangUpReason } from '../../call/call-control.ts';
import type { Parameters } from '../../call/request-parameters.ts';
import type { CallStart, Fallback, FirstDocument } from './call-start.ts';
import type { DocumentSource } from '../document/document-source.ts';
import { fallbackParameters, type NoDocument } from './get-document.ts';
import {
  type PendingRequest,
  type Position,
  POSITION_VERSION,
  type Step,
  type VerbStep,
} from './position.ts';
import { ERROR_CODES } from '../document/problem.ts';
import type { FetchRequest, VerbOutcome } from './run-context.ts';
import { SIDE_DOCUMENTS, type SideDocumentKind } from './side-document.ts';
import type { CompiledVerb } from '../document/verb.ts';

/** The call is hung up after this many documents in a row in which nothing was heard, dialled or waited for. */
const MOST_IDLE_DOCUMENTS = 50;

/** The declarations of a verb that affect the steps around it. */
type VerbTraits = Pick<
  CompiledVerb,
  'name' | 'line' | 'hunts' | 'declines' | 'allowedIn' | 'onlyAside' | 'precedesReject'
>;

/** What came of the step that a leg stood at. */
export type Happening =
  | /** The document that was requested (or given as text) can be run. */ {
      readonly kind: 'document';
      readonly source: DocumentSource;
    }
  | { readonly kind: 'no-document'; readonly failure: NoDocument }
  | { readonly kind: 'end-of-document' }
  | { readonly kind: 'verb-skipped'; readonly verb: VerbTraits; readonly why: 'not-here' | 'dial-answered' }
  | /** A side document reached a verb that says no. */ { readonly kind: 'declined' }
  | { readonly kind: 'verb-over'; readonly verb: VerbTraits; readonly outcome: VerbOutcome }
  | /** Somebody gave the leg another document. */ {
      readonly kind: 'modified';
      readonly start: CallStart;
      /** The last request that was replied to: it is not owed, even if the leg still stands at it. */
      readonly repliedTo?: PendingRequest;
    };

/** What is known at the moment. */
export interface Facts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The standard parameters of a document request, with the leg's status now. */
  readonly parameters: Parameters;
  /** Which side document this is; undefined: one of the call's own. */
  readonly side?: SideDocumentKind;
  /** A new I-Idempotency-Token. */
  newToken(): string;
}

/** A line for the call's timeline; with level and error code it is a notification too. */
export interface Remark {
  readonly level?: 'error' | 'warning';
  readonly errorCode?: number;
  readonly message: string;
}

/** What follows. */
export type Next =
  | { readonly kind: 'step'; readonly position: Position; readonly remark?: Remark }
  | /** The unanswered leg is refused. */ {
      readonly kind: 'reject';
      readonly giveUp: GiveUp;
      readonly reason: HangUpReason;
    }
  | /** The leg has ended, or is about to be reported as ended. */ { readonly kind: 'leg-over' };

/** A call's first step: the request for its document, or the document itself. */
export function firstStep(first: FirstDocument, facts: Facts): Step {
  if (!('url' in first)) return verbStep({ text: first.text, contentType: 'text/xml' }, 0, facts);
  return {
    kind: 'request',
    request: pending({ ...first, reason: 'first', extraParameters: first.parameters ?? [] }, facts),
  };
}

/** Where a leg stands before its first step. */
export function firstPosition(start: CallStart & { readonly hangUpAt?: number }, facts: Facts): Position {
  return compact({
    version: POSITION_VERSION,
    kind: 'document',
    fallback: start.fallback,
    hangUpAt: start.hangUpAt,
    idleDocuments: 0,
    hasBegun: false,
    step: firstStep(start.first, facts),
  });
}

/** What happens instead of running the verb of this step; undefined: the verb runs. */
export function beforeVerb(
  verb: VerbTraits | undefined,
  step: VerbStep,
  side: SideDocumentKind | undefined,
): Happening | undefined {
  if (verb === undefined) return { kind: 'end-of-document' };
  const isAllowed = side === undefined ? !verb.onlyAside : verb.allowedIn.includes(side);
  if (!isAllowed) return { kind: 'verb-skipped', verb, why: 'not-here' };
  if (side !== undefined && verb.declines) return { kind: 'declined' };
  if (step.skipDials && verb.hunts) return { kind: 'verb-skipped', verb, why: 'dial-answered' };
  return undefined;
}

/** Decides what follows when this came of the leg's present step. Pure: the same arguments give the same answer. */
export function nextStep(position: Position, happening: Happening, facts: Facts): Next {
  const { step } = position;
  switch (happening.kind) {
    case 'document':
      return go(
        { ...position, idleDocuments: position.idleDocuments + 1 },
        verbStep(happening.source, 0, facts),
      );
    case 'no-document':
      return withoutDocument(position, happening.failure, facts);
    case 'end-of-document':
      return go(position, { kind: 'end', ending: { why: 'end-of-document' } });
    case 'declined':
      return go(position, { kind: 'end', ending: { why: 'hang-up' } });
    case 'verb-skipped':
      return afterSkipped(position, happening, facts);
    case 'verb-over': {
      const hasBegun = position.hasBegun || !happening.verb.precedesReject;
      return afterVerb({ ...position, hasBegun }, happening.outcome, facts);
    }
    case 'modified': {
      const asks = step.kind === 'request' && step.request.reason === 'action' ? [step.request] : [];
      const owed = asks.filter(({ token }) => token !== happening.repliedTo?.token);
      return modified(position, owed, happening.start, facts);
    }
  }
}

function go(position: Position, step: Step, remark?: Remark): Next {
  return compact({ kind: 'step', position: { ...position, step }, remark });
}

function verbStep(document: DocumentSource, index: number, { now }: Facts, skipDials = false): VerbStep {
  return { kind: 'verb', document, index, beganAt: now, skipDials };
}

function afterSkipped(
  position: Position,
  { verb, why }: Extract<Happening, { kind: 'verb-skipped' }>,
  facts: Facts,
): Next {
  const { document, index, skipDials } = position.step as VerbStep;
  const subject = `Line ${verb.line}: <${verb.name}>`;
  const what = facts.side === undefined ? 'this document' : SIDE_DOCUMENTS[facts.side];
  const remark: Remark =
    why === 'dial-answered'
      ? { message: `${subject} was skipped, because the Dial before it was answered.` }
      : {
          level: 'warning',
          errorCode: ERROR_CODES.schema,
          message: `${subject} is not possible in ${what}; it is skipped.`,
        };
  return go(position, verbStep(document, index + 1, facts, skipDials), remark);
}

function afterVerb(position: Position, outcome: VerbOutcome, facts: Facts): Next {
  switch (outcome.kind) {
    case 'next': {
      const { document, index } = position.step as VerbStep;
      const next = outcome.idle === true ? position : { ...position, idleDocuments: 0 };
      return go(next, verbStep(document, index + 1, facts, outcome.skipDials ?? false));
    }
    case 'fetch': {
      const isIdle = outcome.request.reason !== 'action' || outcome.idle === true;
      const next = isIdle ? position : { ...position, idleDocuments: 0 };
      return unlessLooping(next, pending(outcome.request, facts));
    }
    case 'hang-up':
    case 'leave':
      return go(position, { kind: 'end', ending: { why: outcome.kind } });
    case 'reject':
      return { kind: 'reject', giveUp: outcome.giveUp, reason: outcome.reason };
    case 'ended':
      return { kind: 'leg-over' };
  }
}

/** An action that the interrupted document owes is requested beside the new document, and its reply ignored. */
function modified(
  { fallback: _former, owed = [], ...position }: Position,
  interrupted: readonly PendingRequest[],
  { first, fallback }: CallStart,
  facts: Facts,
): Next {
  const all = [...owed, ...interrupted];
  return {
    kind: 'step',
    position: compact({
      ...position,
      fallback,
      ...(all.length === 0 ? {} : { owed: all }),
      idleDocuments: 0,
      step: firstStep(first, facts),
    }),
    remark: { message: 'The call was modified over REST and goes on with another document' },
  };
}

function withoutDocument(position: Position, failure: NoDocument, facts: Facts): Next {
  const { fallback, step } = position;
  const request = step.kind === 'request' ? step.request : undefined;
  if (fallback === undefined || request?.reason === 'fallback') {
    const status = failure.status === undefined ? {} : { status: failure.status };
    return go(position, { kind: 'end', ending: { why: 'no-document', ...status } });
  }
  return unlessLooping(position, fallbackRequest(fallback, request, failure, facts));
}

function fallbackRequest(
  fallback: Fallback,
  failed: PendingRequest | undefined,
  failure: NoDocument,
  facts: Facts,
): PendingRequest {
  return {
    reason: 'fallback',
    ...fallback,
    parameters: fallbackParameters(failed?.parameters ?? facts.parameters, failure, failed?.url),
    token: facts.newToken(),
  };
}

function pending(
  request: Omit<FetchRequest, 'reason'> & Pick<PendingRequest, 'reason'>,
  facts: Facts,
): PendingRequest {
  return {
    reason: request.reason,
    url: request.url,
    method: request.method,
    parameters: [...facts.parameters, ...request.extraParameters],
    token: request.token ?? facts.newToken(),
  };
}

function unlessLooping(position: Position, request: PendingRequest): Next {
  if (position.idleDocuments < MOST_IDLE_DOCUMENTS) return go(position, { kind: 'request', request });
  const message =
    `${MOST_IDLE_DOCUMENTS} documents in a row had nothing to hear, to dial or to wait for; the call was ` +
    'hung up, because this looks like an endless loop of redirects.';
  return go(
    position,
    { kind: 'end', ending: { why: 'endless-loop' } },
    { level: 'error', errorCode: ERROR_CODES.redirectLoop, message },
  );
}
