/**
 * What the dispatcher of callbacks asks of the store, where they are written together with the state change
 * that owes them. Times are milliseconds since the epoch.
 */
import type { HttpMethod } from './http-method.ts';
import type { Parameters } from './request-parameters.ts';

/** A callback that has been claimed, ready to be sent. */
export interface DueCallback {
  /** `CB` + 32 hex, the I-Idempotency-Token of every attempt. */
  readonly sid: string;
  readonly accountSid: string;
  readonly callSid: string;
  readonly url: string;
  readonly method: HttpMethod;
  readonly parameters: Parameters;
  /** How many attempts were settled before, 0 at first (and when somebody sends it again by hand). */
  readonly attempts: number;
  /** When it was owed (or sent again by hand): the 24 h of retries count from here. */
  readonly createdAt: number;
}

/** What became of one request; kept for people to read. */
export interface CallbackAttempt {
  readonly callbackSid: string;
  readonly at: number;
  readonly durationMs: number;
  /** HTTP status, when there was a reply. */
  readonly status?: number;
  /** For people, when there was none: kind and message, without secrets. */
  readonly error?: string;
  /** The first bytes of the reply's body. */
  readonly responseHead?: string;
}

export type Settlement =
  | { readonly state: 'delivered' }
  | { readonly state: 'failed'; readonly reason: string }
  | { readonly state: 'pending'; readonly dueAt: number };

export interface ClaimRequest {
  readonly now: number;
  /** From then on somebody else may claim them: their claimer has died. */
  readonly claimUntil: number;
  readonly limit: number;
  /** Destinations (see `destinationOf`) that are not taken now: they have enough in hand already. */
  readonly exceptDestinations: readonly string[];
}

/** The outbox, as its one reader sees it. Every method rejects when the store cannot do it; nothing has happened then. */
export interface CallbackQueue {
  /**
   * Claims pending callbacks that are due, that nobody has claimed, and that are first in line: of one
   * callSid and url the next is not given out before the one before is delivered or failed (lines are in
   * the order of writing). Earliest due first. In an embedded database, claims of a former process are void.
   */
  claim(request: ClaimRequest): Promise<readonly DueCallback[]>;
  /** Notes the attempt and what it means, and ends the claim, in one transaction. */
  settle(attempt: CallbackAttempt, settlement: Settlement): Promise<void>;
  /** Ends claims without an attempt: these were not sent. */
  release(callbackSids: readonly string[]): Promise<void>;
  /** When `claim` can next find something: the earliest due time or end of a claim among those first in line. */
  nextDueAt(exceptDestinations: readonly string[]): Promise<number | undefined>;
  /** Those neither delivered nor failed; `oldestAt` is the earliest createdAt. */
  pending(): Promise<{ readonly count: number; readonly oldestAt?: number }>;
}

/** Host and port of a URL, lower case, for grouping by receiver; empty when it is not a URL. */
export function destinationOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}
