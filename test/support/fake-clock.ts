import { nextTurn } from '../../src/clock.ts';
import { SteppedClock } from '../../src/kit/time/stepped-clock.ts';

/** A clock that a test winds by hand; timers run in the order of their times. */
export class FakeClock extends SteppedClock {
  /** How far somebody has set the machine's clock. */
  #set = 0;

  constructor(now = Date.UTC(2026, 0, 1)) {
    super(now);
  }

  override now(): number {
    return super.now() + this.#set;
  }

  /** Somebody sets the machine's clock: no time passes. */
  jump(ms: number): void {
    this.#set += ms;
  }

  /** So much time passes at once, as during work that holds up the process: no timer runs meanwhile. */
  heldUp(ms: number): void {
    this.moveTo(this.steady() + ms);
  }

  /** Lets `ms` pass: runs what falls due, each at its time, and lets promises settle in between. */
  async advance(ms: number): Promise<void> {
    const until = this.steady() + ms;
    await settled();
    while (this.runNext(until)) await settled();
    this.moveTo(until);
    await settled();
  }
}

/** Lets every promise that needs no I/O settle. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await nextTurn();
}
