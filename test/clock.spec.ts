import assert from 'node:assert/strict';
import { systemClock } from '../src/clock.ts';
import { keepsToTheClockContract } from './support/clock-contract.ts';
import { FakeClock } from './support/fake-clock.ts';

describe("The machine's clock", () => {
  keepsToTheClockContract(() => ({ clock: systemClock, passes: (work) => work }));
});

describe('The clock that tests wind', () => {
  let clock: FakeClock;
  beforeEach(() => {
    clock = new FakeClock();
  });
  afterEach(() => assert.equal(clock.timers, 0, 'a timer is left'));

  keepsToTheClockContract(() => ({
    clock,
    async passes(work) {
      let isOver = false;
      const end = () => (isOver = true);
      work.then(end, end);
      for (let ms = 0; !isOver; ms += 1) {
        assert.ok(ms < 1000, 'not within a second');
        await clock.advance(1);
      }
      return work;
    },
  }));
});
