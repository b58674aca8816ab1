/** A write that waits for its transaction. */
export interface Waiting {
  /** The account that it belongs to; undefined for writes of the installation itself. */
  readonly accountSid: string | undefined;
  /** How much there is to write, in rows of about a kilobyte. */
  readonly weight: number;
  /** Whether it needs a transaction of its own. */
  readonly isAlone: boolean;
}

/**
 * Writes that wait for the database. Accounts take turns, and a batch is small enough for a short transaction, so an
 * account that never stops writing holds up the others for one transaction at most. One account's writes keep their order.
 */
export class FairQueue<T extends Waiting> {
  readonly #largest: number;
  /** By account; none is empty, and the one whose turn it is comes first. */
  readonly #lines = new Map<string | undefined, T[]>();
  #size = 0;

  /** A batch ends with the write that reaches the weight `largest`. */
  constructor(largest: number) {
    this.#largest = largest;
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
    let weight = 0;
    // A line that has had its turn goes behind the others, where this loop comes to it again.
    for (const [accountSid, line] of this.#lines) {
      const [first] = line;
      // One that needs a transaction of its own stays in front, and the next batch begins with it.
      if (first === undefined || (first.isAlone && batch.length > 0)) continue;
      line.shift();
      this.#lines.delete(accountSid);
      if (line.length > 0) this.#lines.set(accountSid, line);
      batch.push(first);
      weight += first.weight;
      if (first.isAlone || weight >= this.#largest) break;
    }
    this.#size -= batch.length;
    return batch;
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
