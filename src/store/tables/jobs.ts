import type { Knex } from 'knex';
import type { JobPortion, JobRepository, JobWork, ReplayJob } from '../../records/job-repository.ts';
import type { Database } from '../database.ts';
import type { GroupCommit } from '../group-commit.ts';
import { fromJson, insertRows } from '../rows.ts';
import { writeAlone } from '../write-alone.ts';

interface JobRow {
  readonly sid: string;
  readonly account_sid: string;
  readonly state: ReplayJob['state'];
  readonly matched: number;
  readonly replayed: number;
  readonly created_at: number;
  readonly updated_at: number;
}

interface PortionRow {
  readonly n: number;
  readonly callback_sids: string;
}

/** So many callbacks may be sent once more when the process dies. */
const PORTION = 100;

/** `Jobs` in SQL. */
export class SqlJobs implements JobRepository {
  readonly #reader: Knex;
  readonly #writes: GroupCommit;

  constructor(database: Database, writes: GroupCommit) {
    this.#reader = database.reader;
    this.#writes = writes;
  }

  async find(accountSid: string, sid: string): Promise<ReplayJob | undefined> {
    const row: JobRow | undefined = await this.#reader('jobs')
      .where({ sid, account_sid: accountSid })
      .first();
    return row === undefined ? undefined : jobOf(row);
  }

  async insert(job: ReplayJob, { callbackSids, heldUntil }: JobWork, mostOfAccount: number) {
    return await writeAlone(this.#writes, async (trx) => {
      const running = await trx('jobs')
        .where({ account_sid: job.accountSid, state: 'running' })
        .select('sid');
      if (running.length >= mostOfAccount) return false;
      await insertRows(trx, 'jobs', [
        {
          sid: job.sid,
          account_sid: job.accountSid,
          state: job.state,
          matched: job.matched,
          replayed: job.replayed,
          created_at: job.dateCreated,
          updated_at: job.dateUpdated,
          held_until: heldUntil,
        },
      ]);
      await insertRows(trx, 'job_portions', portionRows(job.sid, callbackSids));
      return true;
    });
  }

  async take(heldBefore: number, heldUntil: number): Promise<readonly ReplayJob[]> {
    return await writeAlone(this.#writes, async (trx) => {
      const rows: readonly JobRow[] = await trx('jobs')
        .where({ state: 'running' })
        .where('held_until', '<=', heldBefore)
        .update({ held_until: heldUntil })
        .returning('*');
      return rows.map(jobOf);
    });
  }

  async hold(sids: readonly string[], heldUntil: number): Promise<void> {
    await writeAlone(this.#writes, (trx) =>
      trx('jobs').whereIn('sid', sids).update({ held_until: heldUntil }),
    );
  }

  async next(sid: string): Promise<JobPortion | undefined> {
    const row: PortionRow | undefined = await this.#reader('job_portions')
      .where({ job_sid: sid })
      .orderBy('n')
      .first();
    return row === undefined ? undefined : { n: row.n, callbackSids: fromJson(row.callback_sids) };
  }

  async done(sid: string, { n }: JobPortion, replayed: number, at: number): Promise<boolean> {
    return await writeAlone(this.#writes, async (trx) => {
      // Whoever removes it counts it, should two have worked on it, or the commit be repeated.
      const removed = await trx('job_portions').where({ job_sid: sid, n }).del();
      if (removed > 0)
        await trx('jobs').where({ sid }).increment('replayed', replayed).update({ updated_at: at });
      const row: JobRow | undefined = await trx('jobs').where({ sid }).first();
      if (row?.state === 'running') return true;
      await trx('job_portions').where({ job_sid: sid }).del();
      return false;
    });
  }

  async end(sid: string, state: ReplayJob['state'], at: number): Promise<boolean> {
    return await writeAlone(this.#writes, async (trx) => {
      const ended = await trx('jobs').where({ sid, state: 'running' }).update({ state, updated_at: at });
      return ended > 0;
    });
  }
}

function portionRows(jobSid: string, callbackSids: readonly string[]) {
  return Array.from({ length: Math.ceil(callbackSids.length / PORTION) }, (_, n) => ({
    job_sid: jobSid,
    n,
    callback_sids: JSON.stringify(callbackSids.slice(n * PORTION, (n + 1) * PORTION)),
  }));
}

function jobOf(row: JobRow): ReplayJob {
  return {
    sid: row.sid,
    accountSid: row.account_sid,
    state: row.state,
    matched: row.matched,
    replayed: row.replayed,
    dateCreated: row.created_at,
    dateUpdated: row.updated_at,
  };
}
