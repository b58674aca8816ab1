import type { Clock } from '../../concurrency/clock.ts';
import type { CallbackTable } from './callback-table.ts';
import type { Moved, Settled } from './settle.ts';

interface Waiting {
  readonly settled: Settled;
  /** The line of a callback that memory held until now. */
  readonly line: string | undefined;
  /** Somebody waits until it is written; else it is tried until it is. */
  readonly urgent?: {
    readonly resolve: (moved: Moved | undefined) => void;
    readonly reject: (error: unknown) => void;
  };
}

const EACH_MS = 100;
const AFTER_A_FAILURE_MS = 1_000;
const MOST_AT_ONCE = 200;

/** Writes down what became of callbacks, in order, many together. */
export class Settlements {
  readonly #table: CallbackTable;
  readonly #clock: Clock;
  readonly #onWritten: (moved: Moved) => void;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #cancel: (() => void) | undefined;

  /** `onWritten` is told what came of those that nobody waits for. */
  constructor(table: CallbackTable, clock: Clock, onWritten: (moved: Moved) => void) {
    this.#table = table;
    this.#clock = clock;
    this.#onWritten = onWritten;
  }

  /** How many are not written yet. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Whether something of this line, which memory held, waits to be written: until then the table takes it for pending. */
  hasLine(line: string): boolean {
    return this.#waiting.some((one) => one.line === line);
  }

  /** Within a short time; nobody waits for it. */
  later(settled: Settled, line: string): void {
    this.#waiting.push({ settled, line });
    if (this.#waiting.length >= MOST_AT_ONCE) void this.#write();
    else this.#writeIn(EACH_MS);
  }

  /** After all earlier ones. Resolves with what came of it, undefined if there is no such callback; a rejected one was not written. */
  now(settled: Settled, line?: string): Promise<Moved | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ settled, line, urgent: { resolve, reject } });
      void this.#write();
    });
  }

  /** Resolves when all that wait now are written, or could not be. */
  async written(): Promise<void> {
    // One that is being written does not hold what came after it began.
    await this.#writing;
    await this.#write();
  }

  #write(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#waiting.length > 0) this.#writing ??= this.#writeAll();
    return this.#writing ?? Promise.resolve();
  }

  async #writeAll(): Promise<void> {
    try {
      do {
        if (!(await this.#writeSome(this.#waiting.splice(0, MOST_AT_ONCE)))) return;
      } while (
        this.#waiting.length >= MOST_AT_ONCE ||
        this.#waiting.some(({ urgent }) => urgent !== undefined)
      );
      if (this.#waiting.length > 0) this.#writeIn(EACH_MS);
    } finally {
      this.#writing = undefined;
    }
  }

  async #writeSome(some: readonly Waiting[]): Promise<boolean> {
    try {
      const moved = await this.#table.settle(some.map(({ settled }) => settled));
      for (const { settled, urgent } of some) {
        const came = moved.get(settled.attempt.callbackSid);
        if (urgent !== undefined) urgent.resolve(came);
        else if (came !== undefined) this.#onWritten(came);
      }
      return true;
    } catch (error) {
      this.#waiting.unshift(...some.filter(({ urgent }) => urgent === undefined));
      if (this.#waiting.length > 0) this.#writeIn(AFTER_A_FAILURE_MS);
      for (const { urgent } of some) urgent?.reject(error);
      return false;
    }
  }

  #writeIn(ms: number): void {
    this.#cancel ??= this.#clock.after(ms, () => {
      this.#cancel = undefined;
      void this.#write();
    });
  }
}
