import type { EventSink } from '../../src/api/live/live-stream.ts';

/** Takes what a stream writes; a reader that does not read is one that does not `take`. */
export class FakeEventSink implements EventSink {
  readonly written: string[] = [];
  isEnded = false;
  /** Whether everything is taken at once. */
  reads = true;
  #unsent = 0;
  readonly #waiting: (() => void)[] = [];

  get unsentBytes(): number {
    return this.#unsent;
  }

  write(bytes: Buffer | string, onTaken?: () => void): void {
    this.written.push(bytes.toString());
    if (!this.reads) this.#unsent += Buffer.byteLength(bytes);
    if (onTaken !== undefined) this.#waiting.push(onTaken);
  }

  /** The reader reads what there is; false when nobody waited for that. */
  take(): boolean {
    this.#unsent = 0;
    const waiting = this.#waiting.splice(0);
    for (const resume of waiting) resume();
    return waiting.length > 0;
  }

  end(): void {
    this.isEnded = true;
  }

  /** The events and their ids, without data. */
  get names(): readonly string[] {
    return [...this.written.join('').matchAll(/^(?:id: (\S+)\n)?event: (\S+)$/gm)].map(
      ([, id = '', name = '']) => `${id} ${name}`.trim(),
    );
  }
}
