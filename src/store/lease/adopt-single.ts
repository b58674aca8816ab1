import type { Database } from '../database.ts';

/** What a Legwork that had the database to itself has left unfinished, by table; its rows name no switch. */
const LEFT = [
  'update journal set switch_id = ? where switch_id is null',
  'update callback_lines set switch_id = ? where switch_id is null',
  "update recordings set switch_id = ? where switch_id is null and (status = 'in-progress' or transcription is not null)",
  'update queues set switch_id = ? where switch_id is null',
  "update messages set switch_id = ? where switch_id is null and status = 'queued'",
  "update streams set switch_id = ? where switch_id is null and status = 'in-progress'",
  "update conferences set switch_id = ? where switch_id is null and status <> 'completed'",
  'update calls set asterisk_id = ? where asterisk_id is null and (ended_at is null or position is not null)',
] as const;

/** Gives it to the first switch of the cluster; to be called while no such Legwork can run (hold/). */
export async function adoptSingle(database: Database, switchId: string): Promise<void> {
  await database.writer.transaction(async (trx) => {
    for (const sql of LEFT) await trx.raw(sql, [switchId]);
  });
}
