import { nextTurn } from '../../clock.ts';
import { SteppedClock } from './stepped-clock.ts';

/** After so many turns of the event loop every promise that needs no I/O has settled. */
const TURNS = 3;

/** Nothing came of it in the time that it had. */
export class TimeIsUp extends Error {
  override readonly name = 'TimeIsUp';
}

/**
 * Time that takes no time: the clock jumps from one timer to the next. It stands still while something is done in
 * real time, such as a request to the application server.
 */
export class VirtualTime {
  readonly clock: SteppedClock;
  #underWay = 0;
  #wake: () => void = () => undefined;

  constructor(now: number) {
    this.clock = new SteppedClock(now);
  }

  /** Lets the clock stand still until `work` has settled. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      return await work;
    } finally {
      this.#underWay -= 1;
      this.#wake();
    }
  }

  /**
   * Lets time pass until `story` has settled.
   * @throws TimeIsUp when it has not within `limitMs` of virtual time, or waits for something that will not come
   */
  async passDuring<T>(story: Promise<T>, limitMs: number): Promise<T> {
    const until = this.clock.steady() + limitMs;
    let isOver = false;
    const end = () => {
      isOver = true;
      this.#wake();
    };
    story.then(end, end);
    for (;;) {
      await settled();
      if (isOver) return story;
      if (this.#underWay > 0) await this.#somethingDone();
      else if (!this.clock.runNext(until)) throw new TimeIsUp();
    }
  }

  #somethingDone(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
}
