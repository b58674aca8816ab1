import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../concurrency/log.ts';
import { StoreUnavailableError } from '../../records/repositories.ts';
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

export interface SettlementsParts {
  readonly table: Pick<CallbackTable, 'settle'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Hands to the writer whatever has to be written before what became of callbacks: the callbacks. */
  readonly first: () => void;
  /** Told of the callbacks of which something was written. */
  readonly onSettled?: (callbackSids: readonly string[]) => void;
}

/** Waits until the first `upTo` of all that were ever handed over are written. */
interface Reader {
  readonly upTo: number;
  readonly resolve: () => void;
}

const EACH_MS = 100;
const AFTER_A_FAILURE_MS = 1_000;
const MOST_AT_ONCE = 200;

/** Writes down what became of callbacks, in order, many together. */
export class Settlements {
  readonly #parts: SettlementsParts;
  readonly #onWritten: (moved: Moved) => void;
  #waiting: Waiting[] = [];
  /** Those whose transaction is under way. */
  #beingWritten: readonly Waiting[] = [];
  /** So many of those that wait are written one by one, because the database refused them together. */
  #oneByOne = 0;
  /** How many were ever handed over. */
  #given = 0;
  #readers: Reader[] = [];
  #writing: Promise<void> | undefined;
  #cancel: (() => void) | undefined;

  /** `onWritten` is told what came of those that nobody waits for. */
  constructor(parts: SettlementsParts, onWritten: (moved: Moved) => void) {
    this.#parts = parts;
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

  /** Whether something of this line is being written at this moment. */
  isWriting(line: string): boolean {
    return this.#beingWritten.some((one) => one.line === line);
  }

  /** Within a short time; nobody waits for it. */
  later(settled: Settled, line: string): void {
    this.#add({ settled, line });
    if (this.#waiting.length >= MOST_AT_ONCE) void this.#write();
    else this.#writeIn(EACH_MS);
  }

  /** After all earlier ones. Resolves with what came of it, undefined if there is no such callback; a rejected one was not written. */
  now(settled: Settled, line?: string): Promise<Moved | undefined> {
    return new Promise((resolve, reject) => {
      this.#add({ settled, line, urgent: { resolve, reject } });
      void this.#write();
    });
  }

  /** Resolves when all that wait now are written, or could not be; it does not wait for what comes after them. */
  async written(): Promise<void> {
    void this.#write();
    if (this.#writing === undefined) return;
    await new Promise<void>((resolve) => this.#readers.push({ upTo: this.#given, resolve }));
  }

  #add(waiting: Waiting): void {
    this.#given += 1;
    this.#waiting.push(waiting);
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
        if (!(await this.#writeSome(this.#take()))) return;
        this.#tellReaders();
      } while (
        this.#oneByOne > 0 ||
        this.#readers.length > 0 ||
        this.#waiting.length >= MOST_AT_ONCE ||
        this.#waiting.some(({ urgent }) => urgent !== undefined)
      );
      if (this.#waiting.length > 0) this.#writeIn(EACH_MS);
    } finally {
      this.#writing = undefined;
      for (const { resolve } of this.#readers.splice(0)) resolve();
    }
  }

  #take(): readonly Waiting[] {
    // While their lines still count as waiting.
    this.#parts.first();
    if (this.#oneByOne === 0) return this.#waiting.splice(0, MOST_AT_ONCE);
    this.#oneByOne -= 1;
    return this.#waiting.splice(0, 1);
  }

  /** What was handed over first is written first. */
  #tellReaders(): void {
    const written = this.#given - this.#waiting.length;
    for (const { upTo, resolve } of this.#readers) if (upTo <= written) resolve();
    this.#readers = this.#readers.filter(({ upTo }) => upTo > written);
  }

  async #writeSome(some: readonly Waiting[]): Promise<boolean> {
    this.#beingWritten = some;
    try {
      const moved = await this.#parts.table.settle(some.map(({ settled }) => settled));
      for (const { settled, urgent } of some) {
        const came = moved.get(settled.attempt.callbackSid);
        if (urgent !== undefined) urgent.resolve(came);
        else if (came !== undefined) this.#onWritten(came);
      }
      this.#parts.onSettled?.(some.map(({ settled }) => settled.attempt.callbackSid));
      return true;
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) return this.#refused(some, error);
      this.#waiting.unshift(...some.filter(({ urgent }) => urgent === undefined));
      this.#oneByOne = 0;
      if (this.#waiting.length > 0) this.#writeIn(AFTER_A_FAILURE_MS);
      for (const { urgent } of some) urgent?.reject(error);
      return false;
    } finally {
      this.#beingWritten = [];
    }
  }

  /** The database does not take one of them: they wait again, each to be written by itself, so that only that one is lost. */
  #refused(some: readonly Waiting[], error: unknown): true {
    const [first, ...more] = some;
    if (more.length > 0) {
      this.#waiting.unshift(...some);
      this.#oneByOne = some.length;
    } else if (first !== undefined) {
      const { callbackSid } = first.settled.attempt;
      this.#parts.log.error({ callbackSid, err: error }, 'What became of a callback could not be written');
      first.urgent?.reject(error);
    }
    return true;
  }

  #writeIn(ms: number): void {
    this.#cancel ??= this.#parts.clock.after(ms, () => {
      this.#cancel = undefined;
      void this.#write();
    });
  }
}
