/** Something that waits to be written. */
export interface Waiting {
  /** Whose it is; undefined: everybody's. */
  readonly accountSid: string | undefined;
  /** How much there is to write, in rows of about a kilobyte. */
  readonly weight: number;
  /** Is written in a transaction of its own. */
  readonly isAlone: boolean;
}

/**
 * What waits to be written, in turn over the accounts: so much of it that a transaction is short, so that what one account
 * writes without end holds up the others for one transaction at most. What is of one account keeps its order.
 */
export class FairQueue<T extends Waiting> {
  readonly #largest: number;
  /** Each with something in it; whose turn it is stands first. */
  readonly #lines = new Map<string | undefined, T[]>();
  #size = 0;

  /** `largest`: a batch ends with the one that reaches this weight. */
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

  /** Takes what is to be written next; empty when nothing waits. */
  takeBatch(): T[] {
    const batch: T[] = [];
    let weight = 0;
    // A line that has had its turn is put behind the others, where it is come to again.
    for (const [accountSid, line] of this.#lines) {
      const [first] = line;
      // It stays in front, so that the next batch begins with it.
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

  /** Takes out those that do not stay. */
  remove(stays: (waiting: T) => boolean): readonly T[] {
    const removed: T[] = [];
    for (const [accountSid, line] of this.#lines) {
      const rest = line.filter(stays);
      removed.push(...line.filter((waiting) => !stays(waiting)));
      if (rest.length === 0) this.#lines.delete(accountSid);
      else this.#lines.set(accountSid, rest);
    }
    this.#size -= removed.length;
    return removed;
  }
}
