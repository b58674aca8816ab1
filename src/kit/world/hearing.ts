import type { Heard } from '../simulated-switch/heard.ts';

/** What the party of one leg has heard so far, in order, and who waits for something of it. */
export class Hearing {
  readonly #heard: Heard[] = [];
  readonly #listeners = new Set<() => void>();
  /** What was heard before this was found by an earlier search, or is older than it. */
  #from = 0;

  add(heard: Heard): void {
    this.#heard.push(heard);
    for (const listener of this.#listeners) listener();
  }

  /** What was heard since the last thing that was found. */
  get since(): readonly Heard[] {
    return this.#heard.slice(this.#from);
  }

  /** Resolves with true when something fits that was not heard before what was found last; false when `signal` aborts. */
  find(fits: (heard: Heard) => boolean, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const over = (found: boolean) => {
        this.#listeners.delete(look);
        signal.removeEventListener('abort', stop);
        resolve(found);
      };
      const stop = () => over(false);
      const look = () => {
        const index = this.#heard.findIndex((heard, at) => at >= this.#from && fits(heard));
        if (index < 0) return;
        this.#from = index + 1;
        over(true);
      };
      this.#listeners.add(look);
      signal.addEventListener('abort', stop);
      if (signal.aborted) stop();
      else look();
    });
  }
}
