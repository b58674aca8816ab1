import assert from 'node:assert/strict';
import { nextTurn } from '../../../src/clock.ts';
import { TimeIsUp, VirtualTime } from '../../../src/kit/time/virtual-time.ts';

const HOUR_MS = 3_600_000;

describe("A scenario's time", () => {
  it('jumps from one timer to the next', async () => {
    const time = new VirtualTime(0);
    const seen: number[] = [];
    const story = async () => {
      for (const ms of [30_000, 1, 5 * HOUR_MS]) {
        await time.clock.sleep(ms);
        seen.push(time.clock.now());
      }
      return 'over';
    };
    assert.equal(await time.passDuring(story(), 6 * HOUR_MS), 'over');
    assert.deepEqual(seen, [30_000, 30_001, 30_001 + 5 * HOUR_MS]);
    assert.equal(time.clock.timers, 0);
  });

  it('runs timers of one moment in the order in which they were set', async () => {
    const time = new VirtualTime(0);
    const order: string[] = [];
    const at = async (ms: number, name: string) => {
      await time.clock.sleep(ms);
      order.push(name);
    };
    await time.passDuring(Promise.all([at(2, 'b'), at(1, 'a'), at(2, 'c')]), 10);
    assert.deepEqual(order, ['a', 'b', 'c']);
  });

  it('stands still while something is done in real time', async () => {
    const time = new VirtualTime(0);
    let reply: () => void = () => undefined;
    const request = new Promise<void>((resolve) => {
      reply = resolve;
    });
    let isLate = false;
    time.clock.after(1, () => {
      isLate = true;
    });
    const story = time.during(request).then(() => time.clock.now());
    const passed = time.passDuring(story, HOUR_MS);
    for (let turn = 0; turn < 50; turn += 1) await nextTurn();
    assert.deepEqual([isLate, time.clock.now()], [false, 0]);
    reply();
    assert.equal(await passed, 0);
  });

  it('goes on when the work in real time has failed', async () => {
    const time = new VirtualTime(0);
    const story = async () => {
      await time.during(Promise.reject(new Error('refused'))).catch(() => undefined);
      await time.clock.sleep(5);
      return time.clock.now();
    };
    assert.equal(await time.passDuring(story(), 10), 5);
  });

  it('is up when the story waits for something that does not come, or takes too long', async () => {
    const never = new Promise<void>(() => undefined);
    await assert.rejects(new VirtualTime(0).passDuring(never, HOUR_MS), TimeIsUp);
    const time = new VirtualTime(0);
    await assert.rejects(time.passDuring(time.clock.sleep(HOUR_MS + 1), HOUR_MS), TimeIsUp);
  });
});
