import { createHash } from 'node:crypto';
import { destinationOf } from '../call/callbacks-queue.ts';
import type { NewCallback } from '../call/journal-store.ts';
import type { Row } from './rows.ts';

/** The line that a callback stands in; hashed, because a URL may be longer than an index takes. */
export function lineOf(callback: { readonly callSid: string; readonly url: string }): string {
  return createHash('sha256').update(`${callback.callSid}\n${callback.url}`).digest('base64url');
}

/** Rows of `callbacks` in the order given. */
export function callbackRows(callbacks: readonly NewCallback[]): readonly Row[] {
  return callbacks.map((callback) => ({
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
    owed_at: callback.createdAt,
  }));
}

/**
 * One row of `callback_lines` for each line, due when its first callback was made. Sorted, so that two
 * processes that lock the same lines do it in the same order.
 */
export function lineRows(callbacks: readonly NewCallback[]): readonly Row[] {
  const lines = new Map<string, Row>();
  for (const callback of callbacks) {
    const line = lineOf(callback);
    const due = callback.createdAt;
    if (lines.has(line)) continue;
    lines.set(line, { line, destination: destinationOf(callback.url), due_at: due, ready_at: due });
  }
  return [...lines.values()].sort((a, b) => (String(a.line) < String(b.line) ? -1 : 1));
}

/**
 * A line that is there already stays as it is, but its row is locked: whoever settles its last callback at
 * this moment waits, and then sees the new one (PostgreSQL).
 */
export const KEEP_LINE = 'on conflict (line) do update set line = excluded.line';
