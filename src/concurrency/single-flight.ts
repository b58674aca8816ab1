import { unlessAborted } from './unless-aborted.ts';

interface Job<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiters: number;
}

/** Does work once for all who ask for it at the same time; stops it when nobody waits for it any more. */
export class SingleFlight<T> {
  readonly #jobs = new Map<string, Job<T>>();

  /** The result of the work under this key; undefined, at once, when `signal` aborts first. */
  async run(
    key: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    if (signal.aborted) return undefined;
    const job = this.#jobs.get(key) ?? this.#begin(key, work);
    job.waiters += 1;
    try {
      return await unlessAborted(job.result, signal);
    } finally {
      job.waiters -= 1;
      if (job.waiters === 0) this.#end(key, job);
    }
  }

  #begin(key: string, work: (signal: AbortSignal) => Promise<T>): Job<T> {
    const controller = new AbortController();
    const job: Job<T> = { result: work(controller.signal), controller, waiters: 0 };
    this.#jobs.set(key, job);
    // Whoever still waits sees the error; without this an abandoned job's error would be unhandled.
    job.result.catch(() => undefined);
    return job;
  }

  /** A newcomer must not join a job that is being stopped. */
  #end(key: string, job: Job<T>): void {
    if (this.#jobs.get(key) === job) this.#jobs.delete(key);
    job.controller.abort();
  }
}
