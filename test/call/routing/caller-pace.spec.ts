import assert from 'node:assert/strict';
import { CallerPace } from '../../../src/call/routing/caller-pace.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { idleShares } from '../../support/work-shares.ts';

const OTHERS_WORK_MS = 20;

describe('The pace of callers', () => {
  let clock: FakeClock;
  let pace: CallerPace;
  let shares: ReturnType<typeof idleShares>;

  beforeEach(async () => {
    clock = new FakeClock();
    shares = idleShares(clock);
    pace = new CallerPace({ clock, shares, callsPerSecond: 50 });
  });

  async function othersWork(): Promise<void> {
    shares.spend('other', OTHERS_WORK_MS);
    await clock.advance(100);
  }

  /** How many milliseconds each of so many waits that come in one moment lasts. */
  async function waits(count: number, wait: () => Promise<void> | undefined): Promise<readonly number[]> {
    const began = clock.steady();
    const lasted: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const waited = wait();
      if (waited === undefined) lasted.push(0);
      else void waited.then(() => lasted.push(clock.steady() - began));
    }
    await clock.advance(5_000);
    assert.equal(lasted.length, count);
    return lasted;
  }

  it('lets calls of an account that is alone begin at once', async () => {
    shares.spend('many', OTHERS_WORK_MS);
    await clock.advance(100);
    assert.deepEqual(await waits(10, () => pace.beforeCall('many')), Array(10).fill(0));
  });

  it('spreads calls that come in one moment while others use the process', async () => {
    await othersWork();
    assert.deepEqual(await waits(6, () => pace.beforeCall('many')), [0, 0, 20, 40, 60, 80]);
  });

  it("does not let an account wait for another one's calls, nor for its own of a second ago", async () => {
    await othersWork();
    for (let call = 0; call < 40; call += 1) void pace.beforeCall('many');
    assert.equal(pace.beforeCall('other'), undefined);
    await othersWork();
    assert.equal(pace.beforeCall('few'), undefined);
    await clock.advance(1_000);
    await othersWork();
    assert.equal(pace.beforeCall('many'), undefined);
  });

  it('refuses at once who is refused now and then', async () => {
    for (let second = 0; second < 10; second += 1) {
      for (let call = 0; call < 10; call += 1) assert.equal(pace.beforeRefusal('alice'), undefined);
      await clock.advance(1_000);
    }
  });

  it('lets a client wait that is refused again and again, and no other one', async () => {
    const lasted = await waits(60, () => pace.beforeRefusal('alice'));
    assert.ok(lasted.filter((ms) => ms === 0).length < 30, String(lasted));
    assert.deepEqual([...new Set(lasted)], [0, 1_000]);
    for (let call = 0; call < 60; call += 1) void pace.beforeRefusal('alice');
    assert.equal(pace.beforeRefusal('bob'), undefined);
    await clock.advance(10_000);
    assert.equal(pace.beforeRefusal('alice'), undefined);
  });

  it('holds no more than two hundred refusals back', async () => {
    const lasted = await waits(1_000, () => pace.beforeRefusal('alice'));
    assert.equal(lasted.filter((ms) => ms > 0).length, 200);
  });
});
