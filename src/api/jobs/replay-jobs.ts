import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../concurrency/log.ts';
import type { CallbackFilter, CallbackRepository } from '../../records/call-history.ts';
import { newSid } from '../../call/sids.ts';
import { tooManyRequests } from '../errors.ts';

/** Jobs of the process: a restart ends them, and what was sent again until then stays so. */
const MOST_JOBS = 1_000;
const MOST_OF_ACCOUNT = 3;
const MOST_CALLBACKS = 100_000;
/** Replays of one job at one time; the database writes them together. */
const AT_ONCE = 20;
const RETRY_AFTER_S = 30;
const AFTER_A_FAILURE_MS = 1_000;
const MOST_FAILURES = 30;

/** Sends many callbacks again. Times are milliseconds since the epoch. */
export interface ReplayJob {
  readonly sid: string;
  readonly accountSid: string;
  readonly state: 'running' | 'completed' | 'canceled' | 'failed';
  /** How many callbacks the filter found. */
  readonly matched: number;
  /** How many of them are pending again. */
  readonly replayed: number;
  readonly dateCreated: number;
  readonly dateUpdated: number;
}

type Running = { -readonly [K in keyof ReplayJob]: ReplayJob[K] };

export interface ReplayJobDeps {
  readonly callbacks: Pick<CallbackRepository, 'matching' | 'replay'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The jobs that send callbacks again, each account's apart. */
export class ReplayJobs {
  readonly #deps: ReplayJobDeps;
  readonly #jobs = new Map<string, Running>();

  constructor(deps: ReplayJobDeps) {
    this.#deps = deps;
  }

  find(accountSid: string, sid: string): ReplayJob | undefined {
    const job = this.#jobs.get(sid);
    return job?.accountSid === accountSid ? { ...job } : undefined;
  }

  /** Begins to send again what the filter finds. @throws ApiError 429, StoreUnavailableError */
  async begin(accountSid: string, filter: CallbackFilter): Promise<ReplayJob> {
    const { callbacks, clock } = this.#deps;
    const running = [...this.#jobs.values()].filter(
      (job) => job.accountSid === accountSid && job.state === 'running',
    );
    if (running.length >= MOST_OF_ACCOUNT) {
      throw tooManyRequests(`An account may have ${MOST_OF_ACCOUNT} jobs at one time`, RETRY_AFTER_S);
    }
    const sids = await callbacks.matching(accountSid, filter, MOST_CALLBACKS);
    const now = clock.now();
    const job: Running = {
      sid: newSid('JO'),
      accountSid,
      state: 'running',
      matched: sids.length,
      replayed: 0,
      dateCreated: now,
      dateUpdated: now,
    };
    this.#keep(job);
    void this.#run(job, sids);
    return { ...job };
  }

  /** What was sent again until then stays so. False when it has ended already. */
  cancel(accountSid: string, sid: string): boolean {
    const job = this.#jobs.get(sid);
    if (job === undefined || job.accountSid !== accountSid || job.state !== 'running') return false;
    this.#change(job, { state: 'canceled' });
    return true;
  }

  async #run(job: Running, sids: readonly string[]): Promise<void> {
    const waiting = [...sids].reverse();
    const work = async (): Promise<void> => {
      for (let sid = waiting.pop(); sid !== undefined && job.state === 'running'; sid = waiting.pop()) {
        if (await this.#replay(job, sid)) this.#change(job, { replayed: job.replayed + 1 });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (job.state === 'running') this.#change(job, { state: 'completed' });
  }

  /** Tries for a while when the database is away; true when it is pending again. */
  async #replay(job: Running, callbackSid: string): Promise<boolean> {
    const { callbacks, clock, log } = this.#deps;
    for (let failures = 0; job.state === 'running'; failures += 1) {
      try {
        return await callbacks.replay(job.accountSid, callbackSid);
      } catch (error) {
        if (failures < MOST_FAILURES) await clock.sleep(AFTER_A_FAILURE_MS);
        else {
          log.warn({ jobSid: job.sid, reason: String(error) }, 'A job that sends callbacks again has failed');
          this.#change(job, { state: 'failed' });
        }
      }
    }
    return false;
  }

  #change(job: Running, change: Partial<ReplayJob>): void {
    Object.assign(job, change, { dateUpdated: this.#deps.clock.now() });
  }

  #keep(job: Running): void {
    this.#jobs.set(job.sid, job);
    for (const [sid, { state }] of this.#jobs) {
      if (this.#jobs.size <= MOST_JOBS) return;
      if (state !== 'running') this.#jobs.delete(sid);
    }
  }
}
