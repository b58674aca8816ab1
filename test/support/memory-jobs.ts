import type { JobPortion, JobRepository, JobWork, ReplayJob } from '../../src/records/job-repository.ts';

interface Kept {
  job: ReplayJob;
  heldUntil: number;
  readonly portions: JobPortion[];
}

const PORTION = 100;

/** Jobs in memory. */
export class MemoryJobs implements JobRepository {
  readonly #rows = new Map<string, Kept>();

  async find(accountSid: string, sid: string): Promise<ReplayJob | undefined> {
    const job = this.#rows.get(sid)?.job;
    return job?.accountSid === accountSid ? job : undefined;
  }

  async insert(job: ReplayJob, { callbackSids, heldUntil }: JobWork, mostOfAccount: number) {
    const running = [...this.#rows.values()].filter(
      (row) => row.job.accountSid === job.accountSid && row.job.state === 'running',
    );
    if (running.length >= mostOfAccount) return false;
    const portions = Array.from({ length: Math.ceil(callbackSids.length / PORTION) }, (_, n) => ({
      n,
      callbackSids: callbackSids.slice(n * PORTION, (n + 1) * PORTION),
    }));
    this.#rows.set(job.sid, { job, heldUntil, portions });
    return true;
  }

  async take(heldBefore: number, heldUntil: number): Promise<readonly ReplayJob[]> {
    const taken = [...this.#rows.values()].filter(
      (row) => row.job.state === 'running' && row.heldUntil <= heldBefore,
    );
    for (const row of taken) row.heldUntil = heldUntil;
    return taken.map(({ job }) => job);
  }

  async hold(sids: readonly string[], heldUntil: number): Promise<void> {
    for (const sid of sids) {
      const row = this.#rows.get(sid);
      if (row !== undefined) row.heldUntil = heldUntil;
    }
  }

  async next(sid: string): Promise<JobPortion | undefined> {
    return this.#rows.get(sid)?.portions[0];
  }

  async done(sid: string, { n }: JobPortion, replayed: number, at: number): Promise<boolean> {
    const row = this.#rows.get(sid);
    if (row === undefined) return false;
    const place = row.portions.findIndex((portion) => portion.n === n);
    if (place >= 0) {
      row.portions.splice(place, 1);
      row.job = { ...row.job, replayed: row.job.replayed + replayed, dateUpdated: at };
    }
    if (row.job.state === 'running') return true;
    row.portions.length = 0;
    return false;
  }

  async end(sid: string, state: ReplayJob['state'], at: number): Promise<boolean> {
    const row = this.#rows.get(sid);
    if (row?.job.state !== 'running') return false;
    row.job = { ...row.job, state, dateUpdated: at };
    return true;
  }
}
