import { FRAME_BYTES, SILENT_BYTE } from './leg-audio.ts';

const BLOCK_BYTES = 8000;

/** What is due next: whole frames, or a mark that stands before whatever comes after it. */
export type Due<M> =
  | { readonly kind: 'frames'; readonly bytes: Uint8Array }
  | { readonly kind: 'mark'; readonly mark: M };

/** Audio that waits to be played, with the marks in it, in order. Pieces of any length go in, whole frames come out. */
export class AudioQueue<M> {
  /** Blocks of one size, of which the first is read from and the last is written to. */
  readonly #blocks: Uint8Array[] = [];
  #readAt = 0;
  #writtenTo = BLOCK_BYTES;
  /** Bytes that ever came in, and that ever went out. */
  #in = 0;
  #out = 0;
  readonly #marks: { readonly mark: M; readonly at: number }[] = [];

  /** Bytes that wait. */
  get bytes(): number {
    return this.#in - this.#out;
  }

  get marks(): number {
    return this.#marks.length;
  }

  add(audio: Uint8Array): void {
    for (let done = 0; done < audio.length; ) {
      if (this.#writtenTo === BLOCK_BYTES) {
        this.#blocks.push(new Uint8Array(BLOCK_BYTES));
        this.#writtenTo = 0;
      }
      const part = audio.subarray(done, done + BLOCK_BYTES - this.#writtenTo);
      this.#blocks.at(-1)?.set(part, this.#writtenTo);
      this.#writtenTo += part.length;
      done += part.length;
    }
    this.#in += audio.length;
  }

  mark(mark: M): void {
    this.#marks.push({ mark, at: this.#in });
  }

  /**
   * Takes what is due: at most so many frames, up to the next mark. The last piece before a mark, or of all when `whole`
   * says that nothing can be waited for, is filled up with silence to a frame. Undefined: nothing is due.
   */
  take(mostFrames: number, whole: boolean): Due<M> | undefined {
    const [next] = this.#marks;
    if (next?.at === this.#out) {
      this.#marks.shift();
      return { kind: 'mark', mark: next.mark };
    }
    const available = (next?.at ?? this.#in) - this.#out;
    const most = mostFrames * FRAME_BYTES;
    if (available === 0 || most <= 0) return undefined;
    if (available >= most) return { kind: 'frames', bytes: this.#read(most, most) };
    const rest = available % FRAME_BYTES;
    const isPadded = rest > 0 && (next !== undefined || whole);
    const bytes = isPadded ? available : available - rest;
    if (bytes === 0) return undefined;
    return { kind: 'frames', bytes: this.#read(bytes, isPadded ? bytes + FRAME_BYTES - rest : bytes) };
  }

  /** Throws away everything; gives the marks that waited, in order. */
  clear(): readonly M[] {
    const marks = this.#marks.splice(0).map(({ mark }) => mark);
    this.#blocks.length = 0;
    this.#readAt = 0;
    this.#writtenTo = BLOCK_BYTES;
    this.#out = this.#in;
    return marks;
  }

  #read(bytes: number, paddedTo: number): Uint8Array {
    const result = new Uint8Array(paddedTo).fill(SILENT_BYTE, bytes);
    for (let done = 0; done < bytes; ) {
      const part = this.#blocks[0]?.subarray(this.#readAt, this.#readAt + bytes - done);
      if (part === undefined) break;
      result.set(part, done);
      done += part.length;
      this.#readAt += part.length;
      if (this.#readAt < BLOCK_BYTES) continue;
      this.#blocks.shift();
      this.#readAt = 0;
    }
    this.#out += bytes;
    return result;
  }
}
