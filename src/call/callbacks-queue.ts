/**
 * How the dispatcher reads and settles callbacks in the store, where each is written together with the state
 * change that owes it. Times are milliseconds since the epoch.
 */
import type { HttpMethod } from './http-method.ts';
import type { Parameters } from './request-parameters.ts';

/** A callback that has been claimed, ready to be sent. */
export interface DueCallback {
  /** `CB` + 32 hex, the I-Idempotency-Token of every attempt. */
  readonly sid: string;
  readonly accountSid: string;
  /** The leg's CallSid; of a conference's callback, the ConferenceSid. */
  readonly callSid: string;
  readonly url: string;
  readonly method: HttpMethod;
  readonly parameters: Parameters;
  /** How many attempts were settled before; 0 for a new one (also when somebody sends it again by hand). */
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
  /** When there was no reply: kind and message of the error, for people, without secrets. */
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
  /** When the claim expires: by then its holder has died, and anybody may claim the callbacks. */
  readonly claimUntil: number;
  readonly limit: number;
  /** Destinations (see `destinationOf`) to leave out: enough of their callbacks are being sent already. */
  readonly exceptDestinations: readonly string[];
}

/** The outbox as the dispatcher, its only reader, sees it. A method that rejects has changed nothing. */
export interface CallbackQueue {
  /**
   * Claims pending callbacks that are due, unclaimed, and first in their line: of the callbacks with one callSid
   * and url, in the order in which they were written, none is claimed before the one ahead of it is delivered or
   * failed. Earliest due first. In an embedded database, claims of a former process are void.
   */
  claim(request: ClaimRequest): Promise<readonly DueCallback[]>;
  /** Writes down the attempt and what it means, and ends the claim, in one transaction. */
  settle(attempt: CallbackAttempt, settlement: Settlement): Promise<void>;
  /** Ends the claims of callbacks that were not sent. */
  release(callbackSids: readonly string[]): Promise<void>;
  /** When `claim` may next find something: the earliest due time, or expiry of a claim, among those first in line. */
  nextDueAt(exceptDestinations: readonly string[]): Promise<number | undefined>;
  /** Those neither delivered nor failed; `oldestAt` is the earliest createdAt. */
  pending(): Promise<{ readonly count: number; readonly oldestAt?: number }>;
}

/** Host and port of a URL, lower case, for grouping by receiver; empty when it is not a URL. */
export function destinationOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}
