import { setMaxListeners } from 'node:events';
import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../concurrency/log.ts';
import type { CallbackFilter, CallbackRepository } from '../../records/call-history.ts';
import type { JobPortion, JobRepository, ReplayJob } from '../../records/job-repository.ts';
import { StoreUnavailableError } from '../../records/repositories.ts';
import { newSid } from '../../call/sids.ts';
import { tooManyRequests } from '../errors.ts';

const MOST_OF_ACCOUNT = 3;
const MOST_CALLBACKS = 100_000;
/** Replays of one job at one time; the database writes them together. */
const AT_ONCE = 20;
const RETRY_AFTER_S = 30;
const AFTER_A_FAILURE_MS = 1_000;
/** Of one callback, without the database being the reason. */
const MOST_FAILURES = 30;
/** A job is taken over when its process has not been heard of for so long. */
const HOLD_MS = 60_000;
const ROUND_MS = 15_000;

export interface ReplayJobDeps {
  readonly callbacks: Pick<CallbackRepository, 'matching' | 'replay'>;
  readonly jobs: JobRepository;
  /** No other process has this database: jobs that run are a former process's. */
  readonly isAlone: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The jobs that send callbacks again. They are in the database, where another process goes on with them when this
 * one dies: with the portion that was under way from its beginning, so that some callbacks may be sent once more.
 */
export class ReplayJobs {
  readonly #deps: ReplayJobDeps;
  /** Those that this process works on. */
  readonly #working = new Map<string, { isCanceled: boolean }>();
  readonly #stopped = new AbortController();
  #cancelRound: () => void = () => undefined;

  constructor(deps: ReplayJobDeps) {
    this.#deps = deps;
    // Each replay of each job may wait.
    setMaxListeners(0, this.#stopped.signal);
  }

  /** Goes on with what runs and nobody works on. */
  start(): void {
    void this.#round();
  }

  /** Others may go on from here. */
  stop(): void {
    this.#stopped.abort();
    this.#cancelRound();
  }

  find(accountSid: string, sid: string): Promise<ReplayJob | undefined> {
    return this.#deps.jobs.find(accountSid, sid);
  }

  /** Begins to send again what the filter finds. @throws ApiError 429, StoreUnavailableError */
  async begin(accountSid: string, filter: CallbackFilter): Promise<ReplayJob> {
    const { callbacks, jobs, clock } = this.#deps;
    const callbackSids = await callbacks.matching(accountSid, filter, MOST_CALLBACKS);
    const now = clock.now();
    const job: ReplayJob = {
      sid: newSid('JO'),
      accountSid,
      state: 'running',
      matched: callbackSids.length,
      replayed: 0,
      dateCreated: now,
      dateUpdated: now,
    };
    if (!(await jobs.insert(job, { callbackSids, heldUntil: now + HOLD_MS }, MOST_OF_ACCOUNT))) {
      throw tooManyRequests(`An account may have ${MOST_OF_ACCOUNT} jobs at one time`, RETRY_AFTER_S);
    }
    void this.#run(job);
    return job;
  }

  /** What was sent again until then stays so. False when it does not run any more. @throws StoreUnavailableError */
  async cancel(sid: string): Promise<boolean> {
    const { jobs, clock } = this.#deps;
    const isCanceled = await jobs.end(sid, 'canceled', clock.now());
    const working = this.#working.get(sid);
    if (isCanceled && working !== undefined) working.isCanceled = true;
    return isCanceled;
  }

  async #round(): Promise<void> {
    const { jobs, isAlone, clock } = this.#deps;
    const isTaken = await this.#takeOver().catch((error: unknown) => this.#noted(error));
    if (this.#stopped.signal.aborted || (isAlone && isTaken)) return;
    this.#cancelRound = clock.after(isTaken ? ROUND_MS : AFTER_A_FAILURE_MS, () => {
      const held = jobs.hold([...this.#working.keys()], clock.now() + HOLD_MS);
      void held.catch((error: unknown) => this.#noted(error)).then(() => this.#round());
    });
  }

  async #takeOver(): Promise<true> {
    const { jobs, isAlone, clock, log } = this.#deps;
    const now = clock.now();
    for (const job of await jobs.take(isAlone ? Number.MAX_SAFE_INTEGER : now, now + HOLD_MS)) {
      if (this.#working.has(job.sid)) continue;
      const { sid, matched, replayed } = job;
      log.info({ jobSid: sid, matched, replayed }, 'A job that sends callbacks again goes on');
      void this.#run(job);
    }
    return true;
  }

  #noted(error: unknown): false {
    this.#deps.log.debug({ reason: String(error) }, 'The jobs could not be read or held');
    return false;
  }

  /** Never rejects. */
  async #run(job: ReplayJob): Promise<void> {
    const { jobs, clock } = this.#deps;
    const { sid } = job;
    const working = { isCanceled: false };
    this.#working.set(sid, working);
    try {
      for (;;) {
        const portion = await this.#persistent(sid, () => jobs.next(sid));
        if (portion === undefined) break;
        const replayed = await this.#replayAll(job, portion, working);
        if (this.#stopped.signal.aborted) return;
        if (!(await this.#persistent(sid, () => jobs.done(sid, portion, replayed, clock.now())))) return;
      }
      await this.#persistent(sid, () => jobs.end(sid, 'completed', clock.now()));
    } catch (error) {
      await this.#fail(sid, error);
    } finally {
      this.#working.delete(sid);
    }
  }

  /** How many of the portion are pending again. */
  async #replayAll(
    { sid, accountSid }: ReplayJob,
    { callbackSids }: JobPortion,
    working: { readonly isCanceled: boolean },
  ): Promise<number> {
    const { callbacks } = this.#deps;
    const waiting = [...callbackSids].reverse();
    let replayed = 0;
    const work = async (): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        if (working.isCanceled || this.#stopped.signal.aborted) return;
        const callbackSid = next;
        if (await this.#persistent(sid, () => callbacks.replay(accountSid, callbackSid))) replayed += 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return replayed;
  }

  /** Tries until the database is there again; other failures are thrown after a while. */
  async #persistent<T>(jobSid: string, work: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; ) {
      try {
        return await work();
      } catch (error) {
        this.#stopped.signal.throwIfAborted();
        if (!(error instanceof StoreUnavailableError)) failures += 1;
        if (failures > MOST_FAILURES) throw error;
        this.#deps.log.debug({ jobSid, reason: String(error) }, 'A job that sends callbacks again waits');
        await this.#deps.clock.sleep(AFTER_A_FAILURE_MS, this.#stopped.signal);
      }
    }
  }

  async #fail(sid: string, error: unknown): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    const { jobs, clock, log } = this.#deps;
    log.warn({ jobSid: sid, reason: String(error) }, 'A job that sends callbacks again has failed');
    await jobs
      .end(sid, 'failed', clock.now())
      .catch((second: unknown) => log.warn({ jobSid: sid, reason: String(second) }, 'Nor can that be noted'));
  }
}
