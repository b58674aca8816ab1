import type { Clock } from './concurrency/clock.ts';

/** Writes as many of the bytes as there is room for, without waiting, and returns how many; throws the system's error when none fit. */
export type WriteBytes = (bytes: Uint8Array) => number;

export interface LineOutputOptions {
  readonly write: WriteBytes;
  readonly clock: Clock;
  /** What is written in place of lost lines, once writing works again. */
  readonly notice: (lost: number, reason: string) => string;
}

/** About 3,000 lines: nobody reads a log that is further behind. */
const MOST_WAITING_BYTES = 1_048_576;
const FIRST_RETRY_MS = 1;
const LONGEST_RETRY_MS = 250;
const POLL_AT_END_MS = 10;

/**
 * Lines for standard output or standard error that can never hold up or end the process: on a full disk, a pipe
 * that is closed or that nobody reads, they wait in memory up to a bound. Lines past it are lost, and counted.
 *
 * - working: every line is written as it comes.
 * - in trouble, after an error of the system: lines wait, and a timer tries again.
 * - losing, once there was no room for a line to wait: it and all further ones are lost, until everything that waited
 *   is written; then the notice says how many.
 */
export class LineOutput {
  readonly #options: LineOutputOptions;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #lost = 0;
  #reason = '';
  #retryMs = FIRST_RETRY_MS;
  #cancelRetry: (() => void) | undefined;

  constructor(options: LineOutputOptions) {
    this.#options = options;
  }

  /** Writes one or more lines, each with its line break. */
  write(text: string): void {
    const bytes = Buffer.from(text);
    const full = this.#waiting.length > 0 && this.#waitingBytes + bytes.length > MOST_WAITING_BYTES;
    if (full || this.#lost > 0) {
      this.#lost += text.split('\n').length - 1;
      return;
    }
    this.#add(bytes);
    if (this.#cancelRetry === undefined) this.#writeWaiting();
  }

  /** Resolves when everything is written, or when the time is up: what still waits then is lost. */
  async end(ms: number): Promise<void> {
    const { clock } = this.#options;
    const deadline = clock.steady() + ms;
    while (this.#waiting.length > 0 && clock.steady() < deadline) await clock.sleep(POLL_AT_END_MS);
    this.#cancelRetry?.();
  }

  #add(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
  }

  #writeWaiting(): void {
    this.#cancelRetry = undefined;
    try {
      for (let [next] = this.#waiting; next !== undefined; [next] = this.#waiting) this.#writeSome(next);
    } catch (error) {
      this.#reason = (error as NodeJS.ErrnoException).code ?? String(error);
      this.#cancelRetry = this.#options.clock.after(this.#retryMs, () => this.#writeWaiting());
      this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    }
  }

  #writeSome(next: Uint8Array): void {
    const written = this.#options.write(next);
    this.#retryMs = FIRST_RETRY_MS;
    this.#waitingBytes -= written;
    if (written < next.length) this.#waiting[0] = next.subarray(written);
    else this.#waiting.shift();
    if (this.#waiting.length > 0 || this.#lost === 0) return;
    const notice = this.#options.notice(this.#lost, this.#reason);
    this.#lost = 0;
    this.#add(Buffer.from(notice));
  }
}
