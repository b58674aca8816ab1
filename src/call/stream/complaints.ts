import type { Clock } from '../../concurrency/clock.ts';
import type { StreamError } from './stream-record.ts';

const EVERY_MS = 1000;
const MOST = 20;

/** Tells a customer what its server does wrong: at most once a second, and 20 times a stream. */
export class Complaints {
  readonly #clock: Clock;
  readonly #tell: (problem: StreamError) => void;
  readonly #toldOnce = new Set<string>();
  #told = 0;
  #last: number | undefined;

  constructor(clock: Clock, tell: (problem: StreamError) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  say(problem: StreamError): void {
    const now = this.#clock.steady();
    if (this.#told >= MOST || (this.#last !== undefined && now - this.#last < EVERY_MS)) return;
    this.#told += 1;
    this.#last = now;
    this.#tell(problem);
  }

  /** The same is said once only. */
  sayOnce(problem: StreamError): void {
    if (this.#toldOnce.has(problem.message)) return;
    this.#toldOnce.add(problem.message);
    this.#tell(problem);
  }
}
