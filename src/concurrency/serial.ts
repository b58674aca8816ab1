/** Runs steps one after the other, in the order in which they are asked for. A failed step does not stop the next one. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles with the step's own result or error. The step starts once all earlier ones have ended, failed or not. */
  run<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#last.then(step);
    this.#last = result.catch(() => undefined); // whoever asked for the step gets the error
    return result;
  }
}

/** Runs the work of one key one after the other, in the order in which it is asked for, and different keys side by side. */
export class KeyedSerial {
  readonly #ends = new Map<string, Promise<unknown>>();

  /** How many keys have unfinished work. */
  get size(): number {
    return this.#ends.size;
  }

  /** Settles with the work's own result or error. It starts once all earlier work of its key has ended, failed or not. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#ends.get(key) ?? Promise.resolve();
    const result = before.then(work);
    const end = result.then(
      () => undefined,
      () => undefined, // whoever asked for the work gets the error
    );
    this.#ends.set(key, end);
    void end.then(() => {
      if (this.#ends.get(key) === end) this.#ends.delete(key);
    });
    return result;
  }
}
