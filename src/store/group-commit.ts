import type { Knex } from 'knex';
import type { Clock } from '../concurrency/clock.ts';
import { StoreUnavailableError } from '../records/repositories.ts';
import type { Database } from './database.ts';
import { FairQueue, type Waiting } from './fair-queue.ts';
import type { Log } from '../concurrency/log.ts';
import { LeaseLostError } from './lease/scope.ts';
import { DatabaseGoneError, reasonOf } from './write-failure.ts';
import { writeStatement } from './write-statement.ts';
import { type TransactionMark, type WriteResult, writeTransaction } from './write-transaction.ts';

interface AnyKind<I> {
  /** While the database cannot write: `keep` waits in memory and tries again, `refuse` fails at once. */
  readonly whenUnavailable: 'keep' | 'refuse';
  /** The account of an input (default: the installation itself), and its weight in rows of about a kilobyte (default: 1). */
  readonly share?: (input: I) => { readonly accountSid?: string; readonly weight: number };
}

/** Resolves with one output per input. Runs again when the write has to be repeated. */
type Run<K extends Knex, I, O> = (knex: K, inputs: readonly I[]) => Promise<readonly O[]>;

export interface TransactionKind<I, O> extends AnyKind<I> {
  /** `alone`: in a transaction of its own, because it may well fail (a value that is taken). */
  readonly transaction: 'shared' | 'alone';
  /** It is taken however much waits already, because what it writes is limited elsewhere. */
  readonly isAlwaysTaken?: true;
  readonly run: Run<Knex.Transaction, I, O>;
}

/** One statement without a transaction, which may run twice without harm. It does not wait for transactions that were submitted before. */
export interface StatementKind<I, O> extends AnyKind<I> {
  readonly transaction: 'none';
  readonly run: Run<Knex, I, O>;
}

/** A way of writing: one call of `run` writes, in order of arrival, all inputs that come one after the other in a batch. */
export type WriteKind<I, O> = TransactionKind<I, O> | StatementKind<I, O>;

interface Job extends Waiting {
  /** Whether it counts among those of which there are ten thousand at most. */
  readonly isLimited: boolean;
  readonly kind: WriteKind<unknown, unknown>;
  readonly input: unknown;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = WriteResult<Map<Job, unknown>>;

/** In rows of about a kilobyte: a transaction of a hundred of an account takes some milliseconds. */
const LARGEST_BATCH = { total: 200, perAccount: 100 };
const LARGEST_STATEMENT = { total: 500, perAccount: 100 };
const MOST_WAITING = 10_000;
/** A batch that takes longer than this is held up by another process or the disk: what begins now would only wait. */
const SLOW_MS = 2_000;
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 5_000;
const HALTED = 'another node has the calls of this switch now';

/**
 * The only writer of the database: what arrives while a transaction runs is written together by the next one,
 * so that the disk's flush is paid once for all of it. One transaction at a time; an account's writes keep their
 * order of arrival, and the accounts take turns. Statements without a transaction have a queue of their own: when
 * something waits in both, they take turns.
 *
 * - healthy: each batch is written at the first attempt.
 * - in trouble, from a batch on that the database could not take: all jobs that are to be refused fail. The next one
 *   that is submitted is tried.
 * - keeping, while in trouble, when that batch has jobs that are to be kept: it is tried again and again, with longer
 *   and longer pauses. What is submitted meanwhile queues up behind it, or fails at once if it is to be refused.
 * - in doubt, while keeping, when the COMMIT of that batch got no answer: none of its jobs fails, because they may have
 *   been written. The next attempt finds out (write-transaction.ts).
 *
 * The first batch that the database takes, or refuses for what is in it, makes it healthy again. After `close` nothing
 * is kept any longer: what the next attempt cannot write fails.
 *
 * In a cluster `check` begins each transaction. Once a write has found the lease lost, or after `halt`, nothing is written
 * any more, as if the process had been killed: what was to be kept is neither durable nor refused, ever.
 */
export class GroupCommit {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #logger: Log;
  readonly #id = crypto.randomUUID();
  readonly #check: ((trx: Knex) => Promise<void>) | undefined;
  readonly #closing = new AbortController();
  #isHalted = false;
  readonly #transactions = new FairQueue<Job>(LARGEST_BATCH);
  readonly #statements = new FairQueue<Job>(LARGEST_STATEMENT);
  #statementsNext = true;
  #before: () => void = () => undefined;
  /** How many inputs have been submitted and are not on the disk yet, without those that are always taken. */
  #unfinished = 0;
  #batch = 0;
  #working: Promise<void> | undefined;
  /** Something that must not be lost waits for the database to come back. */
  #keeping = false;
  /** Why the last write could not be made; undefined when it was. */
  #trouble: string | undefined;
  /** Since when the batch that is being written has been tried. */
  #writingSince: number | undefined;

  /** `check` throws LeaseLostError when nothing may be written here any more. */
  constructor(database: Database, clock: Clock, logger: Log, check?: (trx: Knex) => Promise<void>) {
    this.#database = database;
    this.#clock = clock;
    this.#logger = logger;
    this.#check = check;
  }

  /** False after a write that the database could not take, until the next one that it takes, and while one is slow. */
  get healthy(): boolean {
    const isSlow = this.#clock.steady() - (this.#writingSince ?? Number.POSITIVE_INFINITY) >= SLOW_MS;
    return this.trouble === undefined && !isSlow;
  }

  /** Why nothing can be written now, in a word or a sentence; undefined when it can. */
  get trouble(): string | undefined {
    return this.#database.isGone() ? new DatabaseGoneError().message : this.#trouble;
  }

  /** Calls `first` before it takes anything for a transaction: what `first` submits is written before it. */
  beforeTransactions(first: () => void): void {
    this.#before = first;
  }

  /**
   * Resolves when the input is durable.
   *
   * @throws StoreUnavailableError (nothing was written), or the database's error about this very input
   */
  submit<I, O>(kind: WriteKind<I, O>, input: I): Promise<O> {
    const isStatement = kind.transaction === 'none';
    if (this.#isHalted) return this.#unwritten(kind);
    if (!isStatement) this.#before();
    const isLimited = isStatement || kind.isAlwaysTaken !== true;
    const full = isLimited && this.#unfinished >= MOST_WAITING;
    if (full || this.#closing.signal.aborted || (this.#keeping && kind.whenUnavailable === 'refuse')) {
      const why = full ? 'too much is waiting to be written' : 'nothing can be written now';
      return Promise.reject(new StoreUnavailableError(why));
    }
    if (isLimited) this.#unfinished += 1;
    return new Promise<O>((resolve, reject) => {
      // Only `submit` knows the types of its kind; the queue holds all kinds.
      const share = { accountSid: undefined, weight: 1, ...kind.share?.(input) };
      const isAlone = kind.transaction === 'alone';
      const queue = isStatement ? this.#statements : this.#transactions;
      queue.push({ ...share, isAlone, isLimited, kind, input, resolve, reject } as Job);
      this.#working ??= this.#work();
    });
  }

  /** Writes nothing any more: somebody else writes these rows now. */
  halt(): void {
    this.#isHalted = true;
    this.#closing.abort();
    const all = [...this.#statements.remove(() => false), ...this.#transactions.remove(() => false)];
    for (const job of all) this.#abandon(job);
  }

  /** Writes what is waiting, as far as the database takes it, and takes nothing more. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    // What is submitted in the same turn of the event loop goes into the same batch.
    await Promise.resolve();
    for (let jobs = this.#nextBatch(); jobs.length > 0; jobs = this.#nextBatch()) {
      this.#writingSince = this.#clock.steady();
      await this.#write(jobs);
      this.#writingSince = undefined;
    }
    this.#working = undefined;
  }

  #nextBatch(): Job[] {
    const [first, second] = this.#statementsNext
      ? [this.#statements, this.#transactions]
      : [this.#transactions, this.#statements];
    this.#statementsNext = !this.#statementsNext;
    return first.size > 0 ? first.takeBatch() : second.takeBatch();
  }

  async #write(jobs: Job[]): Promise<void> {
    const isStatement = jobs[0]?.kind.transaction === 'none';
    if (!isStatement) this.#batch += 1;
    let rest = jobs;
    let inDoubt = false;
    let outputs = new Map<Job, unknown>();
    for (let attempt = 0; rest.length > 0; attempt += 1) {
      const mark: TransactionMark = { writer: this.#id, batch: this.#batch, at: this.#clock.now() };
      const known = outputs;
      const work = async (knex: Knex) => {
        if (!isStatement) await this.#check?.(knex);
        return (outputs = await runAll(knex, rest));
      };
      const result: Outcome = isStatement
        ? await writeStatement(this.#database, work)
        : await writeTransaction(this.#database, mark, inDoubt ? () => known : undefined, work);
      if (this.#isHalted || isLost(result)) return this.#lost(rest);
      if (result.kind !== 'unavailable') return await this.#settle(rest, result);
      inDoubt ||= result.inDoubt;
      rest = this.#giveWay(rest, inDoubt, result.error);
      if (rest.length > 0) await this.#pause(attempt);
    }
  }

  /** Even of a write that went through nobody is told: whoever has the lease now goes on from it. */
  #lost(jobs: readonly Job[]): void {
    for (const job of jobs) this.#abandon(job);
    if (!this.#isHalted) this.halt();
  }

  #abandon({ kind, reject }: Job): void {
    if (kind.whenUnavailable === 'refuse') reject(new StoreUnavailableError(HALTED));
  }

  #unwritten<O>({ whenUnavailable }: AnyKind<never>): Promise<O> {
    if (whenUnavailable === 'refuse') return Promise.reject(new StoreUnavailableError(HALTED));
    return new Promise<O>(() => undefined);
  }

  async #settle(jobs: Job[], result: Exclude<Outcome, { kind: 'unavailable' }>): Promise<void> {
    this.#recovered();
    if (result.kind === 'written') {
      for (const job of jobs) this.#finish(job, () => job.resolve(result.value.get(job)));
    } else if (jobs.length === 1) {
      for (const job of jobs) this.#finish(job, () => job.reject(result.error));
    } else {
      // One of them is bad: each is written by itself, so that only that one fails.
      for (const job of jobs) await this.#write([job]);
    }
  }

  /** The database cannot write: fails the jobs that do not wait, and returns those of the batch that do. */
  #giveWay(jobs: Job[], inDoubt: boolean, cause: unknown): Job[] {
    const reason = reasonOf(cause);
    if (this.#trouble === undefined) this.#logger.error(reason, 'The database cannot be written to');
    // Only the code of a driver's error: the rest may name hosts, and this is shown to everybody.
    this.#trouble = cause instanceof DatabaseGoneError ? cause.message : (reason.code ?? 'no answer');
    const closing = this.#closing.signal.aborted;
    // A job that may have been written has neither failed nor succeeded: it stays until that is known.
    const stays = (job: Job) => !closing && (inDoubt || job.kind.whenUnavailable === 'keep');
    const kept = jobs.filter(stays);
    const waits = (job: Job) => !closing && job.kind.whenUnavailable === 'keep';
    const waiting = [...this.#statements.remove(waits), ...this.#transactions.remove(waits)];
    const failed = [...jobs.filter((job) => !stays(job)), ...waiting];
    for (const job of failed) this.#finish(job, () => job.reject(new StoreUnavailableError(cause)));
    this.#keeping = kept.length > 0;
    return kept;
  }

  async #pause(attempt: number): Promise<void> {
    const delay = Math.min(FIRST_RETRY_MS * 2 ** attempt, LONGEST_RETRY_MS);
    await this.#clock.sleep(delay, this.#closing.signal);
  }

  #recovered(): void {
    if (this.#trouble !== undefined)
      this.#logger.info({ waiting: this.#unfinished }, 'The database can be written to again');
    this.#trouble = undefined;
    this.#keeping = false;
  }

  #finish({ isLimited }: Job, how: () => void): void {
    if (isLimited) this.#unfinished -= 1;
    how();
  }
}

function isLost(result: Outcome): boolean {
  return result.kind === 'refused' && result.error instanceof LeaseLostError;
}

/** Each `run` gets all inputs that come one after the other, because a later one may build on an earlier one of another kind. */
async function runAll(knex: Knex, jobs: readonly Job[]): Promise<Map<Job, unknown>> {
  const outputs = new Map<Job, unknown>();
  for (let from = 0; from < jobs.length; ) {
    const run = jobs[from]?.kind.run;
    const next = jobs.findIndex((job, index) => index > from && job.kind.run !== run);
    const same = jobs.slice(from, next === -1 ? jobs.length : next);
    // A batch is all statements or all transactions, and `knex` is what they need.
    const results = await run?.(
      knex as Knex.Transaction,
      same.map(({ input }) => input),
    );
    same.forEach((job, index) => outputs.set(job, results?.[index]));
    from += same.length;
  }
  return outputs;
}
