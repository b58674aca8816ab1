/**
 * How the dispatcher reads and settles callbacks in the store, where each is written together with the state
 * change that owes it. Times are milliseconds since the epoch.
 */
import type { RequestTiming } from './documents.ts';
import type { NewCallback } from './journal-store.ts';

/** A callback that has been claimed, ready to be sent. */
export interface DueCallback extends NewCallback {
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
  /** Where its time went. */
  readonly timing?: RequestTiming;
}

export type Settlement =
  | { readonly state: 'delivered' }
  | { readonly state: 'failed'; readonly reason: string }
  | { readonly state: 'pending'; readonly dueAt: number };

export interface ClaimRequest {
  readonly now: number;
  /** When the claim expires: by then its holder has died, and anybody may claim the callbacks. */
  readonly claimUntil: number;
  /** The destinations whose callbacks are wanted, and how many of each at most. */
  readonly from: readonly { readonly destination: string; readonly most: number }[];
}

/** What a claim found for one destination. */
export interface Claimed {
  readonly destination: string;
  readonly callbacks: readonly DueCallback[];
  /** When its next unclaimed callback is due; undefined when there is none. */
  readonly nextAt: number | undefined;
}

/** Something is owed to a destination, and can be sent at `at`. */
export interface Owed {
  readonly destination: string;
  readonly at: number;
}

/**
 * The outbox as the dispatcher, its only reader, sees it. Its times are those of `Clock.steady`. A method that rejects
 * has changed nothing.
 */
export interface CallbackQueue {
  /**
   * Claims pending callbacks that are due, unclaimed, and first in their line: of the callbacks with one callSid
   * and url, in the order in which they were written, none is claimed before the one ahead of it is delivered or
   * failed. For each destination the earliest due first. The cost depends on how much is asked for, not on how
   * much is waiting.
   */
  claim(request: ClaimRequest): Promise<readonly Claimed[]>;
  /** Whether a claim for this destination is answered at once, from memory. */
  isAtHand(destination: string, now: number): boolean;
  /**
   * Writes down the attempt and what it means, and ends the claim, in one transaction. Resolves with the time at
   * which the next callback of its line (maybe the same one) is due; undefined when the line is empty.
   */
  settle(attempt: CallbackAttempt, settlement: Settlement): Promise<number | undefined>;
  /** Ends the claims of callbacks that were not sent. */
  release(callbackSids: readonly string[]): Promise<void>;
  /** Destinations that are owed something, sorted by name, from the one after `after` on; each with its earliest time. */
  owed(after: string, most: number): Promise<readonly Owed[]>;
  /** Those neither delivered nor failed; `oldestAt` is the earliest createdAt. */
  pending(): Promise<{ readonly count: number; readonly oldestAt?: number }>;
}

/** How much of a path tells one destination from another. */
const LONGEST_PATH = 200;
const LONGEST_NAME = 500;

/**
 * The destination of a callback, by which callbacks are grouped: the account, the URL's host with port, and its path
 * with `*` for whatever looks like an identifier, separated by spaces. Only the account when it is not a URL.
 */
export function destinationOf({
  accountSid,
  url,
}: {
  readonly accountSid: string;
  readonly url: string;
}): string {
  if (!URL.canParse(url)) return `${accountSid}  `;
  const { host, pathname } = new URL(url);
  const path = pathname.split('/').map((part) => (isIdentifier(part) ? '*' : part));
  return `${accountSid} ${host} ${path.join('/').slice(0, LONGEST_PATH)}`.slice(0, LONGEST_NAME);
}

/** A number, or long and with digits in it: a CallSid, a UUID, a token. */
function isIdentifier(part: string): boolean {
  return /^\d+$/.test(part) || (part.length >= 8 && /\d/.test(part));
}
