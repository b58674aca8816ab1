/** A write that waits for its transaction. */
export interface Waiting {
  /** The account that it belongs to; undefined for writes of the installation itself. */
  readonly accountSid: string | undefined;
  /** How much there is to write, in rows of about a kilobyte. */
  readonly weight: number;
  /** Whether it needs a transaction of its own. */
  readonly isAlone: boolean;
}

/** How much a batch holds, in weight: it ends with the write that reaches a limit. */
export interface BatchLimits {
  readonly total: number;
  /** Of an account that is not alone, even when nobody else waits yet: whoever comes next waits for this batch. */
  readonly perAccount: number;
}

/** An account is alone when no other one had anything in this many batches. */
const LATELY_BATCHES = 100;

/**
 * Writes that wait for the database. Accounts take turns, and a batch is small enough for a short transaction, so an
 * account that never stops writing holds up the others for one transaction at most. One account's writes keep their order.
 */
export class FairQueue<T extends Waiting> {
  readonly #limits: BatchLimits;
  /** By account; none is empty, and the one whose turn it is comes first. */
  readonly #lines = new Map<string | undefined, T[]>();
  /** The number of the last batch for which an account had something, the longest ago first. */
  readonly #lately = new Map<string, number>();
  #size = 0;
  #batches = 0;

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#size;
  }

  push(waiting: T): void {
    const line = this.#lines.get(waiting.accountSid);
    if (line === undefined) this.#lines.set(waiting.accountSid, [waiting]);
    else line.push(waiting);
    this.#size += 1;
  }

  /** Takes the next batch; empty when nothing waits. */
  takeBatch(): T[] {
    const batch: T[] = [];
    this.#noteAccounts();
    const perAccount = this.#lately.size > 1 ? this.#limits.perAccount : this.#limits.total;
    const weights = new Map<string | undefined, number>();
    let total = 0;
    // A line that has had its turn goes behind the others, where this loop comes to it again.
    for (const [accountSid, line] of this.#lines) {
      const [first] = line;
      const weight = weights.get(accountSid) ?? 0;
      if (accountSid !== undefined && weight >= perAccount) continue;
      // One that needs a transaction of its own stays in front, and the next batch begins with it.
      if (first === undefined || (first.isAlone && batch.length > 0)) continue;
      line.shift();
      this.#lines.delete(accountSid);
      if (line.length > 0) this.#lines.set(accountSid, line);
      batch.push(first);
      weights.set(accountSid, weight + first.weight);
      total += first.weight;
      if (first.isAlone || total >= this.#limits.total) break;
    }
    this.#size -= batch.length;
    return batch;
  }

  /** Notes who has something for the next batch, and forgets who had nothing for long. */
  #noteAccounts(): void {
    if (this.#size > 0) this.#batches += 1;
    for (const accountSid of this.#lines.keys()) {
      if (accountSid === undefined) continue;
      this.#lately.delete(accountSid);
      this.#lately.set(accountSid, this.#batches);
    }
    for (const [accountSid, batch] of this.#lately) {
      if (this.#batches - batch < LATELY_BATCHES) break;
      this.#lately.delete(accountSid);
    }
  }

  /** Takes out and returns the writes that do not stay. */
  remove(stays: (waiting: T) => boolean): readonly T[] {
    const removed: T[] = [];
    for (const [accountSid, line] of this.#lines) {
      const rest: T[] = [];
      for (const waiting of line) (stays(waiting) ? rest : removed).push(waiting);
      if (rest.length === 0) this.#lines.delete(accountSid);
      else this.#lines.set(accountSid, rest);
    }
    this.#size -= removed.length;
    return removed;
  }
}
