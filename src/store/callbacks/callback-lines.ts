import { createHash } from 'node:crypto';
import { destinationOf, type Owed } from '../../call/callbacks-queue.ts';
import type { NewCallback } from '../../call/journal-store.ts';
import type { Row } from '../rows.ts';

/** The line that a callback stands in; hashed, because a URL may be longer than an index takes. */
export function lineOf(callback: { readonly callSid: string; readonly url: string }): string {
  return createHash('sha256').update(`${callback.callSid}\n${callback.url}`).digest('base64url');
}

/** A callback with where it goes, and when it is due in even time. */
export interface OwedCallback extends Owed {
  readonly callback: NewCallback;
}

/** `aheadMs` is what `Clock.steady` is ahead of `Clock.now`, in which the callback was made. */
export function owedCallback(callback: NewCallback, aheadMs: number): OwedCallback {
  return { callback, destination: destinationOf(callback), at: callback.createdAt + aheadMs };
}

/** Rows of `callbacks` in the order given. */
export function callbackRows(owed: readonly OwedCallback[]): readonly Row[] {
  return owed.map(({ callback, at }) => ({
    sid: callback.sid,
    account_sid: callback.accountSid,
    call_sid: callback.callSid,
    line: lineOf(callback),
    url: callback.url,
    method: callback.method,
    parameters: JSON.stringify(callback.parameters),
    state: 'pending',
    attempts: 0,
    created_at: callback.createdAt,
    owed_at: at,
  }));
}

/**
 * One row of `callback_lines` for each line, due with its first callback. Sorted, so that two
 * processes that lock the same lines do it in the same order.
 */
export function lineRows(owed: readonly OwedCallback[]): readonly Row[] {
  const lines = new Map<string, Row>();
  for (const { callback, destination, at } of owed) {
    const line = lineOf(callback);
    if (!lines.has(line)) lines.set(line, { line, destination, due_at: at, ready_at: at });
  }
  return [...lines.values()].sort((a, b) => (String(a.line) < String(b.line) ? -1 : 1));
}

/**
 * A line that is there already stays as it is, but its row is locked: a process that is settling its last callback at
 * this moment waits, and then sees the new one (PostgreSQL).
 */
export const KEEP_LINE = 'on conflict (line) do update set line = excluded.line';
