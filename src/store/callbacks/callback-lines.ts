import { createHash } from 'node:crypto';
import { destinationOf, type Owed } from '../../call/callbacks-queue.ts';
import type { NewCallback } from '../../call/journal-store.ts';
import type { Row } from '../rows.ts';

/** The line that a callback stands in; hashed, because a URL may be longer than an index takes. */
export function lineOf(callback: { readonly callSid: string; readonly url: string }): string {
  return createHash('sha256').update(`${callback.callSid}\n${callback.url}`).digest('base64url');
}

/** A callback with its line, where it goes, and when it is due in even time. */
export interface OwedCallback extends Owed {
  readonly callback: NewCallback;
  readonly line: string;
}

/** A callback that is about to be written, and whether its line is sent from memory. */
export interface PlacedCallback extends OwedCallback {
  readonly isHeld: boolean;
}

/** When a line is ready whose callbacks are sent from memory (held-callbacks.ts): never, but every start begins by ending all claims. */
export const HELD = 8.64e15;

/** `aheadMs` is what `Clock.steady` is ahead of `Clock.now`, in which the callback was made. */
export function owedCallback(callback: NewCallback, aheadMs: number): OwedCallback {
  const at = callback.createdAt + aheadMs;
  return { callback, line: lineOf(callback), destination: destinationOf(callback), at };
}

/** Rows of `callbacks` in the order given. */
export function callbackRows(owed: readonly OwedCallback[]): readonly Row[] {
  return owed.map(({ callback, line, at }) => ({
    sid: callback.sid,
    account_sid: callback.accountSid,
    call_sid: callback.callSid,
    line,
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
export function lineRows(owed: readonly PlacedCallback[]): readonly Row[] {
  const lines = new Map<string, Row>();
  for (const { line, destination, at, isHeld } of owed) {
    if (lines.has(line)) continue;
    lines.set(line, { line, destination, due_at: at, ready_at: isHeld ? HELD : at });
  }
  return [...lines.values()].sort((a, b) => (String(a.line) < String(b.line) ? -1 : 1));
}

/**
 * A line that is there already stays as it is unless memory holds it from now on, but its row is locked: a process that
 * is settling its last callback at this moment waits, and then sees the new one (PostgreSQL).
 */
export const KEEP_LINE = `on conflict (line) do update set ready_at =
  case when excluded.ready_at = ${HELD} then excluded.ready_at else callback_lines.ready_at end`;
