import type { Changes, OwnedCallEvent } from '../../records/changes.ts';

const MOST_AT_ONCE = 1_000;

/** Reads the lines of timelines as they come, each once, while anybody wants them. */
export class TimelineTail {
  readonly #changes: Changes;
  /** The newest line that was read; undefined while nobody wants any. */
  #cursor: Promise<number> | undefined;

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  get isWanted(): boolean {
    return this.#cursor !== undefined;
  }

  /** From now on lines are wanted. */
  begin(): void {
    if (this.#cursor !== undefined) return;
    const reading = this.#changes.lastEvent();
    this.#cursor = reading;
    // Whoever waits for it is told; the next one tries again.
    reading.catch(() => {
      if (this.#cursor === reading) this.#cursor = undefined;
    });
  }

  end(): void {
    this.#cursor = undefined;
  }

  /** Resolves when every line that is written from now on will be read. @throws StoreUnavailableError */
  async ready(): Promise<void> {
    await this.#cursor;
  }

  /** The lines since the last call, of the calls with these first legs, or of all. */
  async read(roots: readonly string[] | undefined): Promise<readonly OwnedCallEvent[]> {
    if (this.#cursor === undefined) return [];
    let after = await this.#cursor;
    const found: OwnedCallEvent[] = [];
    for (;;) {
      const some = await this.#changes.events({ after, roots, most: MOST_AT_ONCE });
      found.push(...some);
      after = some.at(-1)?.id ?? after;
      if (some.length < MOST_AT_ONCE) break;
    }
    if (this.isWanted) this.#cursor = Promise.resolve(after);
    return found;
  }
}
