import type { DueCallback, Settlement } from '../../call/callbacks-queue.ts';
import type { FailureKind } from '../http-failure.ts';

export const GIVE_UP_AFTER_MS = 24 * 3_600_000;
/** A part of the delay, both ways: many callbacks that failed together do not come back together. */
const JITTER = 0.2;
const RETRIED_CLIENT_ERRORS: readonly number[] = [408, 425, 429];
/** Nothing that the receiver does will change these. */
const HOPELESS_FAILURES: readonly FailureKind[] = ['invalid-url', 'denied'];

/** What came of one attempt. `retryAfter` is the header's text, a date in which counts from `receivedAt` (default: now). */
export type DeliveryResult =
  | { readonly status: number; readonly retryAfter?: string; readonly receivedAt?: number }
  | { readonly kind: FailureKind; readonly message: string };

export interface RetryPolicy {
  /** Seconds from one attempt to the next; the last repeats until 24 h have passed. Not empty. */
  readonly scheduleS: readonly number[];
  /** 0 to below 1. */
  readonly random: () => number;
}

/** What an attempt's result means for its callback; `now` is in the time of `createdAt`. */
export function settlementOf(
  callback: Pick<DueCallback, 'attempts' | 'createdAt'>,
  result: DeliveryResult,
  now: number,
  policy: RetryPolicy,
): Settlement {
  const verdict = verdictOf(result);
  if (verdict === 'accepted') return { state: 'delivered' };
  const reason = 'status' in result ? `HTTP ${result.status}` : result.message;
  if (verdict === 'hopeless' || (verdict === 'once-more' && callback.attempts >= 1))
    return { state: 'failed', reason };
  const dueAt = Math.max(
    now + backoffMs(callback.attempts, policy),
    now + ('status' in result ? retryAfterMs(result, now) : 0),
  );
  if (dueAt > callback.createdAt + GIVE_UP_AFTER_MS)
    return { state: 'failed', reason: `${reason}; given up after 24 hours` };
  return { state: 'pending', dueAt };
}

function verdictOf(result: DeliveryResult): 'accepted' | 'hopeless' | 'once-more' | 'again' {
  if ('kind' in result) {
    if (HOPELESS_FAILURES.includes(result.kind)) return 'hopeless';
    return result.kind === 'redirects' || result.kind === 'redirect' ? 'once-more' : 'again';
  }
  const { status } = result;
  if (status >= 200 && status < 300) return 'accepted';
  if (status === 410) return 'hopeless';
  // A 3xx that leads nowhere is a mistake of the receiver's, like most of 4xx.
  return status >= 500 || RETRIED_CLIENT_ERRORS.includes(status) ? 'again' : 'once-more';
}

function backoffMs(attempts: number, policy: RetryPolicy): number {
  const seconds = policy.scheduleS[Math.min(attempts, policy.scheduleS.length - 1)] ?? 1;
  return Math.round(seconds * 1000 * (1 - JITTER + 2 * JITTER * policy.random()));
}

/** Retry-After is seconds or an HTTP date (RFC 9110, 10.2.3); 0 when it is neither. */
function retryAfterMs(
  { retryAfter, receivedAt }: { readonly retryAfter?: string; readonly receivedAt?: number },
  now: number,
): number {
  const text = retryAfter?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // oxlint-disable-next-line no-restricted-globals -- reads a date, does not ask for the time
  const time = Date.parse(text);
  return Number.isNaN(time) ? 0 : time - (receivedAt ?? now);
}
