/** Runs work of one key in the order of asking, and work of different keys side by side. */
export class KeyedQueue {
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
