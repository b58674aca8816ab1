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
  /** From the offset `#shiftedFrom[i]` of the written text on, adding `#shifts[i]` gives the offset in the original. */
  readonly #shiftedFrom: number[] = [0];
  readonly #shifts: number[] = [0];
  #written = '';
  #read = 0;

  constructor(text: string) {
    this.original = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
    for (let at = this.original.indexOf('\n'); at !== -1; at = this.original.indexOf('\n', at + 1)) {
      this.#lineStarts.push(at + 1);
    }
  }

  /** What the parser gets: the original with all replacements. */
  get written(): string {
    return this.#written + this.original.slice(this.#read);
  }

  /** Writes `replacement` in place of the original from `at` to `end`; the replacements are made from first to last. */
  replace(at: number, end: number, replacement: string): void {
    this.#written += this.original.slice(this.#read, at) + replacement;
    this.#read = end;
    this.#shiftedFrom.push(this.#written.length);
    this.#shifts.push(end - this.#written.length);
  }

  /** The place of an offset in the original. */
  place(offset: number): Place {
    const line = lastNotAfter(this.#lineStarts, offset);
    return { line: line + 1, column: offset - (this.#lineStarts[line] ?? 0) + 1 };
  }

  /** The place of an offset in what was written. */
  placeOfWritten(offset: number): Place {
    const index = lastNotAfter(this.#shiftedFrom, offset);
    return this.place(Math.min(offset + (this.#shifts[index] ?? 0), this.original.length));
  }

  /** The error that refuses this document because of what is at an offset of the original. */
  illFormed(offset: number, what: string, errorCode: number = ERROR_CODES.illFormed): RcmlError {
    return refusal(what, this.place(offset), errorCode);
  }
}

/** A refusal for one reason. `what` is a sentence without its place and full stop. */
export function refusal(what: string, { line, column }: Place, errorCode: number): RcmlError {
  const message = `Line ${line}, column ${column}: ${what}.`;
  const problem: Problem = { level: 'error', errorCode, message, line, column };
  return new RcmlError([problem]);
}

/** The index of the last number that is not above `limit`; the first one never is. */
function lastNotAfter(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((sorted[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
