/** Runs steps one after the other, in the order of asking. One that fails does not stop those behind it. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  /** The step's own result or error; what came before it has ended by then, well or not. */
  run<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#last.then(step);
    this.#last = result.catch(() => undefined); // whoever asked hears of it
    return result;
  }
}

/** Runs work of one key in the order of asking, and work of different keys side by side. */
export class KeyedSerial {
  readonly #ends = new Map<string, Promise<unknown>>();

  /** How many keys have work that is not done. */
  get size(): number {
    return this.#ends.size;
  }

  /** The work's own result or error; what came before it has ended by then, well or not. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#ends.get(key) ?? Promise.resolve();
    const result = before.then(work);
    const end = result.then(
      () => undefined,
      () => undefined, // whoever asked hears of it
    );
    this.#ends.set(key, end);
    void end.then(() => {
      if (this.#ends.get(key) === end) this.#ends.delete(key);
    });
    return result;
  }
}
