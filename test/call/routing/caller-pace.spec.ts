import assert from 'node:assert/strict';
import { CallerPace } from '../../../src/call/routing/caller-pace.ts';
import { WorkShares } from '../../../src/concurrency/work-shares.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const OTHERS_WORK_MS = 20;

describe('The pace of callers', () => {
  let clock: FakeClock;
  let pace: CallerPace;
  let busy: number;
  let shares: WorkShares;

  beforeEach(() => {
    clock = new FakeClock();
    busy = 0;
    shares = new WorkShares(clock, { read: () => ({ busy, lateMs: 0 }) });
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

  it('spreads them three times as far while the process is busy', async () => {
    busy = 1;
    await othersWork();
    await othersWork();
    assert.deepEqual(await waits(5, () => pace.beforeCall('many')), [0, 0, 60, 120, 180]);
  });

  it('lets those that wait begin as soon as the account is alone', async () => {
    await othersWork();
    const lasted = await waits(50, () => pace.beforeCall('many'));
    assert.ok((lasted.at(-1) ?? 0) < 700, String(lasted));
    assert.ok(lasted.filter((ms) => ms === lasted.at(-1)).length > 10, String(lasted));
  });

  it('says when a second of calls waits', async () => {
    await othersWork();
    for (let call = 0; call < 51; call += 1) void pace.beforeCall('many');
    assert.equal(pace.isFull('many'), false);
    void pace.beforeCall('many');
    assert.equal(pace.isFull('many'), true);
    assert.equal(pace.isFull('other'), false);
    await clock.advance(20);
    assert.equal(pace.isFull('many'), false);
    await clock.advance(2_000);
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

  it('lets a client wait that is refused again and again, the longer, the more often, and no other one', async () => {
    const lasted = await waits(100, () => pace.beforeRefusal('alice'));
    const delayed = lasted.filter((ms) => ms > 0);
    assert.ok(lasted.length - delayed.length < 30, String(lasted));
    assert.deepEqual(
      delayed,
      delayed.toSorted((a, b) => a - b),
    );
    assert.ok((delayed[0] ?? 0) >= 500 && (delayed.at(-1) ?? 0) <= 2_000, String(delayed));
    for (let call = 0; call < 60; call += 1) void pace.beforeRefusal('alice');
    assert.equal(pace.beforeRefusal('bob'), undefined);
    await clock.advance(10_000);
    assert.equal(pace.beforeRefusal('alice'), undefined);
  });

  it('lets nobody wait any longer when we stop', async () => {
    await othersWork();
    let over = 0;
    const waits = () => [pace.beforeCall('many'), pace.beforeRefusal('alice')];
    for (const wait of Array.from({ length: 40 }, waits).flat()) void wait?.then(() => (over += 1));
    await clock.advance(0);
    assert.equal(over, 0);
    pace.close();
    await clock.advance(0);
    assert.ok(over > 40, `${over} waits are over`);
    assert.equal(clock.timers, 0);
  });

  it('delays no more than two hundred refusals', async () => {
    const lasted = await waits(1_000, () => pace.beforeRefusal('alice'));
    assert.equal(lasted.filter((ms) => ms > 0).length, 200);
  });
});
