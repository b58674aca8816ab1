import { ERROR_CODES, type Problem, RcmlError } from '../document/problem.ts';

/** Where something stands in the text as the application server sent it; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * A document's text on its way to the XML parser. What is written for the parser may differ from the original
 * (a mended `&`, no comments), but every place is one of the original.
 */
export class XmlText {
  /** The original with line ends as XML wants them, without a byte order mark. */
  readonly original: string;
  readonly #lineStarts: number[] = [0];
  readonly #pieces: string[] = [];
  /** From offset `from` of the written text on, adding `shift` gives the offset in the original. */
  readonly #shifts: { from: number; shift: number }[] = [{ from: 0, shift: 0 }];
  #written = 0;
  #read = 0;

  constructor(text: string) {
    this.original = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
    for (let at = this.original.indexOf('\n'); at !== -1; at = this.original.indexOf('\n', at + 1)) {
      this.#lineStarts.push(at + 1);
    }
  }

  /** What the parser gets: all of the original that was copied, and all replacements. */
  get written(): string {
    return this.#pieces.join('');
  }

  /** Copies the original up to `end`. */
  copyUpTo(end: number): void {
    this.#write(this.original.slice(this.#read, end));
    this.#read = end;
  }

  /** Leaves the original up to `end` out and writes `replacement` in its place. */
  replaceUpTo(end: number, replacement: string): void {
    this.#write(replacement);
    this.#read = end;
    this.#shifts.push({ from: this.#written, shift: end - this.#written });
  }

  /** The place of an offset in the original. */
  place(offset: number): Place {
    const line = lastNotAfter(this.#lineStarts, (start) => start, offset);
    return { line: line + 1, column: offset - (this.#lineStarts[line] ?? 0) + 1 };
  }

  /** The place of an offset in what was written. */
  placeOfWritten(offset: number): Place {
    const index = lastNotAfter(this.#shifts, ({ from }) => from, offset);
    return this.place(Math.min(offset + (this.#shifts[index]?.shift ?? 0), this.original.length));
  }

  /** The error that refuses this document because of what is at an offset of the original. */
  illFormed(offset: number, what: string, errorCode: number = ERROR_CODES.illFormed): RcmlError {
    return refusal(what, this.place(offset), errorCode);
  }

  #write(piece: string): void {
    this.#pieces.push(piece);
    this.#written += piece.length;
  }
}

/** A refusal for one reason. `what` is a sentence without its place and full stop. */
export function refusal(what: string, { line, column }: Place, errorCode: number): RcmlError {
  const message = `Line ${line}, column ${column}: ${what}.`;
  const problem: Problem = { level: 'error', errorCode, message, line, column };
  return new RcmlError([problem]);
}

function lastNotAfter<T>(sorted: readonly T[], key: (item: T) => number, limit: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const item = sorted[middle];
    if (item !== undefined && key(item) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
