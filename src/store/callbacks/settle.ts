import type { Knex } from 'knex';
import type { CallbackAttempt, Owed, Settlement } from '../../call/callbacks-queue.ts';
import type { Dialect } from '../dialect.ts';
import { HELD } from './callback-lines.ts';
import { insertRows, marks, orNull, type Row, rowsOf, toJson, updateRows } from '../rows.ts';

export interface Settled {
  readonly attempt: CallbackAttempt;
  readonly settlement: Settlement;
}

interface OpenRow {
  readonly sid: string;
  readonly line: string;
  readonly state: 'pending' | 'delivered' | 'failed';
}

/** What a settlement came to. */
export interface Moved {
  readonly line: string;
  /** The callback was pending, and is so no more. */
  readonly isOver: boolean;
  /** Where the line's next callback goes, and when it can be claimed; undefined when there is none, or memory holds it. */
  readonly next: Owed | undefined;
}

/**
 * Notes attempts, changes their callbacks, and moves their lines on: a line with nothing pending is removed, any other
 * becomes due, unclaimed, with its new first callback, unless it is held in memory (HELD in callback-lines.ts). What came of
 * it is told by callback sid, of those that are there.
 */
export async function settleAll(
  trx: Knex.Transaction,
  dialect: Dialect,
  settled: readonly Settled[],
  isHeld: (line: string) => boolean,
): Promise<ReadonlyMap<string, Moved>> {
  const rows = await lockLines(
    trx,
    dialect,
    settled.map(({ attempt }) => attempt.callbackSid),
  );
  const known = settled.filter(({ attempt }) => rows.has(attempt.callbackSid));
  await insertRows(
    trx,
    'callback_attempts',
    known.map(({ attempt }) => attemptRow(attempt)),
  );
  // One that is settled already (its claim ran out and another process was quicker) keeps its state.
  const open = known.filter(({ attempt }) => rows.get(attempt.callbackSid)?.state === 'pending');
  const last = new Map<string, Settled>();
  for (const one of open) {
    const before = last.get(one.attempt.callbackSid)?.settlement.state ?? 'pending';
    if (before === 'pending') last.set(one.attempt.callbackSid, one);
  }
  if (last.size === 0) return new Map();
  await updateRows(trx, 'callbacks', [...last.values()].map(callbackChange), {
    set: `state = v.state, attempts = attempts + 1, failure = v.failure,
          settled_at = cast(v.settled_at as bigint)`,
    where: 'callbacks.sid = v.sid',
    returning: ['sid'],
  });
  // Of several in one line the last says when it is due.
  const lines = new Map<string, Row>();
  for (const [sid, { settlement }] of last) {
    const line = rows.get(sid)?.line ?? '';
    const dueAt = settlement.state === 'pending' ? settlement.dueAt : null;
    lines.set(line, { line, due_at: dueAt, held_until: isHeld(line) ? HELD : null });
  }
  const next = await moveLines(trx, [...lines.values()]);
  return new Map(
    [...last].map(([sid, { settlement }]) => {
      const line = rows.get(sid)?.line ?? '';
      return [sid, { line, isOver: settlement.state !== 'pending', next: next.get(line) }] as const;
    }),
  );
}

/** Reads the callbacks with their lines locked, so that nothing is added to a line unseen (PostgreSQL). */
async function lockLines(
  trx: Knex.Transaction,
  dialect: Dialect,
  sids: readonly string[],
): Promise<ReadonlyMap<string, OpenRow>> {
  const these = marks(sids.length);
  if (dialect === 'postgres') {
    await trx.raw(
      `select 1 from callback_lines where line in (select line from callbacks where sid in (${these}))
       order by line for update`,
      sids,
    );
  }
  const result: unknown = await trx.raw(
    `select sid, line, state from callbacks where sid in (${these})`,
    sids,
  );
  return new Map(rowsOf<OpenRow>(result).map((row) => [row.sid, row]));
}

/** Gives where and when each line that is still there goes on, but for those that memory holds. */
async function moveLines(trx: Knex.Transaction, lines: readonly Row[]): Promise<ReadonlyMap<string, Owed>> {
  await trx.raw(
    `delete from callback_lines where line in (${marks(lines.length)}) and not exists
       (select 1 from callbacks c where c.line = callback_lines.line and c.state = 'pending')`,
    lines.map((row) => row.line ?? null),
  );
  const next = `coalesce(cast(v.due_at as bigint), (select c.owed_at from callbacks c
    where c.line = v.line and c.state = 'pending' order by c.id limit 1))`;
  const moved = await updateRows<{ line: string; destination: string; ready_at: number }>(
    trx,
    'callback_lines',
    lines,
    {
      set: `due_at = ${next}, ready_at = coalesce(cast(v.held_until as bigint), ${next})`,
      where: 'callback_lines.line = v.line',
      returning: ['line', 'destination', 'ready_at'],
    },
  );
  const free = moved.filter((row) => row.ready_at !== HELD);
  return new Map(free.map(({ line, destination, ready_at: at }) => [line, { destination, at }]));
}

function attemptRow(attempt: CallbackAttempt): Row {
  return {
    callback_sid: attempt.callbackSid,
    at: attempt.at,
    duration_ms: attempt.durationMs,
    status: orNull(attempt.status),
    error: orNull(attempt.error),
    response_head: orNull(attempt.responseHead),
    timing: toJson(attempt.timing),
  };
}

function callbackChange({ attempt, settlement }: Settled): Row {
  const isOver = settlement.state !== 'pending';
  return {
    sid: attempt.callbackSid,
    state: settlement.state,
    failure: settlement.state === 'failed' ? settlement.reason : null,
    settled_at: isOver ? attempt.at + attempt.durationMs : null,
  };
}
