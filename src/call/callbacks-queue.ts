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
  /** Whose callbacks are wanted, and of each how many at most. */
  readonly from: readonly { readonly destination: string; readonly most: number }[];
}

/** What a claim found of one destination. */
export interface Claimed {
  readonly destination: string;
  readonly callbacks: readonly DueCallback[];
  /** When its next one that nobody has claimed is due; undefined when there is none. */
  readonly nextAt: number | undefined;
}

/** Something is owed to a destination, and can be sent at `at`. */
export interface Owed {
  readonly destination: string;
  readonly at: number;
}

/**
 * The outbox, as its one reader sees it. Its times run evenly (`Clock.steady`). Every method rejects when the
 * store cannot do it; nothing has happened then.
 */
export interface CallbackQueue {
  /**
   * Claims pending callbacks that are due, that nobody has claimed, and that are first in line: of one
   * callSid and url the next is not given out before the one before is delivered or failed (lines are in
   * the order of writing). Of each destination the earliest due first; what it costs depends on what is asked
   * for, not on what waits.
   */
  claim(request: ClaimRequest): Promise<readonly Claimed[]>;
  /**
   * Notes the attempt and what it means, and ends the claim, in one transaction. Gives when the next of its line
   * is due, which may be itself; undefined when nothing is left there.
   */
  settle(attempt: CallbackAttempt, settlement: Settlement): Promise<number | undefined>;
  /** Ends claims without an attempt: these were not sent. */
  release(callbackSids: readonly string[]): Promise<void>;
  /** Destinations that are owed something, by name, after the one given; each with its earliest time. */
  owed(after: string, most: number): Promise<readonly Owed[]>;
  /** Those neither delivered nor failed; `oldestAt` is the earliest createdAt. */
  pending(): Promise<{ readonly count: number; readonly oldestAt?: number }>;
}

/** So much of a path tells one line from another. */
const LONGEST_PATH = 200;
const LONGEST_NAME = 500;

/**
 * Whom a callback is sent to, for grouping: the account, the URL's host with port, and its path, in which what
 * looks like an identifier is `*`; with spaces between them. Only the account when it is not a URL.
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
