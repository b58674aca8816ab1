import assert from 'node:assert/strict';
import { MediaTicker } from '../../../src/call/stream/media-ticker.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** A clock of a process whose timers come as late as it is told. */
class LateClock extends FakeClock {
  #now = 0;
  #due: { readonly at: number; readonly run: () => void } | undefined;

  override steady(): number {
    return this.#now;
  }

  override after(ms: number, run: () => void): () => void {
    this.#due = { at: this.#now + ms, run };
    return () => undefined;
  }

  /** Lets the next timer run, this much too late. */
  tick(lateMs: number): void {
    const { at = this.#now, run } = this.#due ?? {};
    this.#now = at + lateMs;
    run?.();
  }
}

describe('How late the ticks of media are', () => {
  let clock: LateClock;
  let ticker: MediaTicker;
  beforeEach(() => {
    clock = new LateClock();
    ticker = new MediaTicker(clock);
    ticker.add(() => undefined);
  });

  const ticks = (count: number, lateMs: number) => {
    for (let tick = 0; tick < count; tick += 1) clock.tick(lateMs);
  };

  it('is told as a mean: a single pause of half a second is no sign of being busy', () => {
    ticks(50, 0);
    clock.tick(500);
    assert.ok(ticker.lateMs > 0);
    assert.ok(ticker.lateMs < 20, String(ticker.lateMs));
  });

  it('is more than 100 ms when the process is that late all the time', () => {
    ticks(100, 150);
    assert.ok(ticker.lateMs > 100, String(ticker.lateMs));
    ticks(200, 0);
    assert.ok(ticker.lateMs < 10, String(ticker.lateMs));
  });

  it('is nothing while nothing is streamed', () => {
    assert.equal(new MediaTicker(clock).lateMs, 0);
  });
});
