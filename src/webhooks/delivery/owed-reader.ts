import type { CallbackQueue, Owed } from '../../call/callbacks-queue.ts';

const READ_BATCH = 500;
/** A safety net for lost signals: this often, a portion of what the store owes is read again, all the way round. */
const READ_EACH_MS = 5_000;

/** Reads from the store who is owed something: all of it when asked to, else a portion now and then. */
export class OwedReader {
  readonly #queue: CallbackQueue;
  #everything = true;
  #round = 0;
  #upTo = '';
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(queue: CallbackQueue) {
    this.#queue = queue;
  }

  /** From the beginning with the next `read`. */
  readEverything(): void {
    this.#everything = true;
    this.#round += 1;
    this.#upTo = '';
  }

  /** How long `read` has nothing to do. */
  restMs(now: number): number {
    return this.#everything ? 0 : this.#readAt + READ_EACH_MS - now;
  }

  /** The next portion when it is time; rejects when the store cannot do it, and then begins there again. */
  async read(now: number): Promise<readonly Owed[]> {
    if (this.restMs(now) > 0) return [];
    const round = this.#round;
    const owed = await this.#queue.owed(this.#upTo, READ_BATCH);
    // Asked for everything meanwhile: what is new now may not be in it.
    if (this.#round !== round) return owed;
    this.#readAt = now;
    this.#upTo = owed.length < READ_BATCH ? '' : (owed.at(-1)?.destination ?? '');
    if (this.#upTo === '') this.#everything = false;
    return owed;
  }
}
