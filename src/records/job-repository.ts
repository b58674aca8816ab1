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

/** A part of a job's work, which is done as a whole or begun again. */
export interface JobPortion {
  readonly n: number;
  readonly callbackSids: readonly string[];
}

/**
 * Jobs, and what of their work is still to be done. A job is *held* by the process that works on it; when that has
 * died, another one takes it. All that write throw StoreUnavailableError.
 */
export interface JobRepository {
  find(accountSid: string, sid: string): Promise<ReplayJob | undefined>;
  /** False, and nothing is written, when the account has this many that run. */
  insert(job: ReplayJob, work: JobWork, mostOfAccount: number): Promise<boolean>;
  /** Those that run and whose hold ends at `heldBefore` or earlier: from now on they are held until `heldUntil`. */
  take(heldBefore: number, heldUntil: number): Promise<readonly ReplayJob[]>;
  /** Holds these for longer. */
  hold(sids: readonly string[], heldUntil: number): Promise<void>;
  /** What is to be done next; undefined: nothing is left. */
  next(sid: string): Promise<JobPortion | undefined>;
  /** Notes that a portion is done, once; false when the job does not run any more. */
  done(sid: string, portion: JobPortion, replayed: number, at: number): Promise<boolean>;
  /** Ends a job that runs; false when it did not. */
  end(sid: string, state: Exclude<ReplayJob['state'], 'running'>, at: number): Promise<boolean>;
}

export interface JobWork {
  readonly callbackSids: readonly string[];
  readonly heldUntil: number;
}
