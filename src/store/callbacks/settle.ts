import type { Knex } from 'knex';
import type { CallbackAttempt, Settlement } from '../../call/callbacks-queue.ts';
import type { Dialect } from '../dialect.ts';
import { insertRows, marks, orNull, type Row, rowsOf, updateRows } from '../rows.ts';

export interface Settled {
  readonly attempt: CallbackAttempt;
  readonly settlement: Settlement;
}

interface OpenRow {
  readonly sid: string;
  readonly line: string;
  readonly state: 'pending' | 'delivered' | 'failed';
}

/**
 * Notes attempts, changes their callbacks, and moves their lines on: a line with nothing pending is removed, any other
 * becomes due, unclaimed, with its new first callback. The returned times are by callback sid.
 */
export async function settleAll(
  trx: Knex.Transaction,
  dialect: Dialect,
  settled: readonly Settled[],
): Promise<ReadonlyMap<string, number>> {
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
  const last = new Map(open.map((one) => [one.attempt.callbackSid, one]));
  if (last.size === 0) return new Map();
  await updateRows(trx, 'callbacks', [...last.values()].map(callbackChange), {
    set: `state = v.state, attempts = attempts + 1, failure = v.failure,
          settled_at = cast(v.settled_at as bigint)`,
    where: 'callbacks.sid = v.sid',
    returning: ['sid'],
  });
  const lines = [...last.values()].map(
    ({ attempt, settlement }): Row => ({
      line: orNull(rows.get(attempt.callbackSid)?.line),
      due_at: settlement.state === 'pending' ? settlement.dueAt : null,
    }),
  );
  const times = await moveLines(trx, lines);
  return new Map(
    [...last.keys()].flatMap((sid) => {
      const at = times.get(rows.get(sid)?.line);
      return at === undefined ? [] : [[sid, at] as const];
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

/** Gives the time of each line that is still there. */
async function moveLines(
  trx: Knex.Transaction,
  lines: readonly Row[],
): Promise<ReadonlyMap<string | undefined, number>> {
  await trx.raw(
    `delete from callback_lines where line in (${marks(lines.length)}) and not exists
       (select 1 from callbacks c where c.line = callback_lines.line and c.state = 'pending')`,
    lines.map((row) => row.line ?? null),
  );
  const next = `coalesce(cast(v.due_at as bigint), (select c.owed_at from callbacks c
    where c.line = v.line and c.state = 'pending' order by c.id limit 1))`;
  const moved = await updateRows<{ readonly line: string; readonly due_at: number }>(
    trx,
    'callback_lines',
    lines,
    {
      set: `due_at = ${next}, ready_at = ${next}`,
      where: 'callback_lines.line = v.line',
      returning: ['line', 'due_at'],
    },
  );
  return new Map(moved.map((row) => [row.line, row.due_at]));
}

function attemptRow(attempt: CallbackAttempt): Row {
  return {
    callback_sid: attempt.callbackSid,
    at: attempt.at,
    duration_ms: attempt.durationMs,
    status: orNull(attempt.status),
    error: orNull(attempt.error),
    response_head: orNull(attempt.responseHead),
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
