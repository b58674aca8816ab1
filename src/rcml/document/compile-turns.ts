import type { Clock } from '../../concurrency/clock.ts';
import type { Asker } from '../../concurrency/fair-turns.ts';
import { RestingTurns } from '../../concurrency/resting-turns.ts';
import type { DocumentSource } from './document-source.ts';

/** In characters. Compiling one of this size takes about a millisecond, the largest some tens of milliseconds. */
const LARGEST_AT_ONCE = 4096;
/** What a document costs besides: it is read from the network, and written with each position of its call. */
const BESIDES_MS_PER_CHARACTER = 0.0001;
/** An account's large documents take at most a fifth of the process. */
const REST_FACTOR = 4;

/** Nothing else is done while a document is compiled, so an account's large documents take turns, with a rest after each. */
export class CompileTurns {
  readonly #turns: RestingTurns;

  constructor(clock: Clock) {
    this.#turns = new RestingTurns(clock, REST_FACTOR);
  }

  /** How many documents of the account come before this one. */
  before({ text }: DocumentSource, accountSid: string): number {
    return text.length <= LARGEST_AT_ONCE ? 0 : this.#turns.asking(accountSid);
  }

  /** Compiles, at once unless the document is large; undefined when the asker's signal aborted before the turn came. */
  async run<T>({ text }: DocumentSource, asker: Asker, compile: () => T): Promise<T | undefined> {
    if (text.length <= LARGEST_AT_ONCE) return compile();
    return this.#turns.run(asker, compile, text.length * BESIDES_MS_PER_CHARACTER);
  }
}
