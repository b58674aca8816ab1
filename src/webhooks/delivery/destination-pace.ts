/** How a request to a destination ended. `busy`: it answered that it has too much to do (429, 503). */
export type Outcome = 'replied' | 'busy' | 'timed-out' | 'failed';

/** What is known of a destination: it answered the last request, or not, or it was never asked. */
export type Standing = 'answering' | 'fresh' | 'suspect';

const FIRST_LIMIT = 8;
/** After a timeout, requests get a short time limit, but every so often the whole one: the receiver may be slow, not dead. */
const PATIENT_EACH = 4;

/**
 * How many requests one destination gets at a time, found as TCP does it: one more for each reply until it first
 * fails to answer, then half as many, and from there one more for each round. A request that began before a cut says
 * nothing about the smaller number.
 */
export class DestinationPace {
  readonly #most: number;
  #limit: number;
  /** From here on it grows slowly. */
  #threshold: number;
  /** This many replies, received while all its places were taken, let it grow. */
  #round = 0;
  #cuts = 0;
  #running = 0;
  #timeouts = 0;
  #standing: Standing = 'fresh';

  constructor(most: number) {
    this.#most = most;
    this.#limit = Math.min(FIRST_LIMIT, most);
    this.#threshold = most;
  }

  get standing(): Standing {
    return this.#standing;
  }

  get running(): number {
    return this.#running;
  }

  get hasPlace(): boolean {
    return this.#running < Math.floor(this.#limit);
  }

  /** Whether the next request gets the whole time limit. */
  get isPatient(): boolean {
    return this.#timeouts % PATIENT_EACH === 0;
  }

  /** Gives what `end` wants to know. */
  begin(): number {
    this.#running += 1;
    if (!this.hasPlace) this.#round = this.#running;
    return this.#cuts;
  }

  end(begun: number, outcome: Outcome): void {
    this.#running -= 1;
    if (outcome === 'replied' || outcome === 'busy') {
      this.#standing = 'answering';
      this.#timeouts = 0;
    } else {
      this.#standing = 'suspect';
      if (outcome === 'timed-out') this.#timeouts += 1;
    }
    if (outcome !== 'replied') this.#cut(begun);
    else if (this.#round > 0) this.#grow();
  }

  /** The request was not sent after all. */
  takeBack(): void {
    this.#running -= 1;
  }

  #grow(): void {
    this.#round -= 1;
    const step = this.#limit < this.#threshold ? 1 : 1 / this.#limit;
    this.#limit = Math.min(this.#most, this.#limit + step);
  }

  #cut(begun: number): void {
    if (begun < this.#cuts) return;
    this.#cuts += 1;
    this.#limit = Math.max(1, this.#limit / 2);
    this.#threshold = this.#limit;
    this.#round = 0;
  }
}
