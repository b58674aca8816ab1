import type { Clock } from '../concurrency/clock.ts';
import type { GroupCommit, WriteKind } from './group-commit.ts';
import { rowsOf } from './rows.ts';

/** Few enough that a portion does not hold up the calls. */
const PORTION = 500;
const DAY_MS = 24 * 3600 * 1000;

const REMOVALS = [
  `delete from callbacks where id in
     (select id from callbacks where state = 'delivered' and settled_at < ? limit ${PORTION}) returning 1`,
  `delete from call_events where id in (select id from call_events where at < ? limit ${PORTION}) returning 1`,
  'delete from journal_writers where at < ? returning 1',
  `delete from job_portions where job_sid in
     (select sid from jobs where state <> 'running' and updated_at < ?) returning 1`,
  "delete from jobs where state <> 'running' and updated_at < ? returning 1",
] as const;

const removePortion: WriteKind<{ readonly sql: string; readonly before: number }, number> = {
  whenUnavailable: 'refuse',
  transaction: 'alone',
  run: async (trx, inputs) => {
    const removed: number[] = [];
    for (const { sql, before } of inputs) removed.push(rowsOf(await trx.raw(sql, [before])).length);
    return removed;
  },
};

/**
 * Removes delivered callbacks (with their attempts), call events and ended jobs that are older, in portions between which
 * other writes have their turn. Callbacks that were given up stay until their call is deleted. Resolves with the
 * number of rows that were removed.
 *
 * @throws StoreUnavailableError
 */
export async function removeOlderThan(writes: GroupCommit, clock: Clock, days: number): Promise<number> {
  const before = clock.now() - days * DAY_MS;
  let total = 0;
  for (const sql of REMOVALS) {
    let removed: number;
    do {
      removed = await writes.submit(removePortion, { sql, before });
      total += removed;
    } while (removed === PORTION);
  }
  return total;
}
