const MOST = 10_000;

/**
 * Rows that were read before and have not changed since: every write forgets all of them, which is rare beside the calls
 * that read them. Only while nobody else writes to the database, or while others tell of what they write.
 */
export class KnownRows {
  readonly #most: number;
  readonly #rows = new Map<string, unknown>();
  readonly #onWritten: () => void;
  #writes = 0;
  #isTrusted = true;

  /** `most` 0: another process may write too, so that every row is read anew. `onWritten` is called after each write. */
  constructor(most = MOST, onWritten: () => void = () => undefined) {
    this.#most = most;
    this.#onWritten = onWritten;
  }

  /** The row of this key; what is not there is looked for again each time. */
  async get<T>(key: string, read: () => Promise<T | undefined>): Promise<T | undefined> {
    // A key always stands for the same kind of row.
    const known = this.#rows.get(key) as T | undefined;
    if (known !== undefined) return known;
    const writes = this.#writes;
    const row = await read();
    // What was written while it was read may not be in it.
    if (row !== undefined && this.#writes === writes) this.#keep(key, row);
    return row;
  }

  /** Runs a write, after which every row is read anew, whatever came of it. */
  async written<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } finally {
      this.forget();
      this.#onWritten();
    }
  }

  /** Reads every row anew from now on: somebody else has written. */
  forget(): void {
    this.#writes += 1;
    this.#rows.clear();
  }

  /** Whether others would tell us of what they write: else nothing is kept. */
  trust(isTrusted: boolean): void {
    this.#isTrusted = isTrusted;
    if (!isTrusted) this.forget();
  }

  #keep(key: string, row: unknown): void {
    if (this.#most === 0 || !this.#isTrusted) return;
    if (this.#rows.size >= this.#most) this.#rows.clear();
    this.#rows.set(key, row);
  }
}
