import assert from 'node:assert/strict';
import { LatenessLimit } from '../../../src/call/routing/lateness-limit.ts';
import { FakeClock } from '../../support/fake-clock.ts';

describe('The limit of new calls while everything is late', () => {
  let clock: FakeClock;
  let lateMs: number;
  let limit: LatenessLimit;

  beforeEach(() => {
    clock = new FakeClock();
    lateMs = 0;
    limit = new LatenessLimit(clock, { read: () => ({ busy: 1, lateMs }) });
  });

  /** How many calls a second are taken of `tried` a second. */
  async function taken(tried: number, seconds: number): Promise<number> {
    let calls = 0;
    for (let call = 0; call < tried * seconds; call += 1) {
      if (limit.hasRoom) {
        limit.take();
        calls += 1;
      }
      await clock.advance(1000 / tried);
    }
    return calls / seconds;
  }

  it('is none while it is in time', async () => {
    lateMs = 40;
    assert.equal(await taken(200, 5), 200);
  });

  it('does not come of a single pause', async () => {
    assert.equal(await taken(100, 1), 100);
    lateMs = 500;
    assert.equal(await taken(100, 0.5), 100);
    lateMs = 0;
    assert.equal(await taken(100, 2), 100);
  });

  it('goes down step by step as long as it is late, but not below ten a second', async () => {
    lateMs = 60;
    await taken(100, 2);
    const first = await taken(100, 1);
    const second = await taken(100, 1);
    assert.ok(first < 60 && second < first && second >= 10, `${first}, ${second}`);
    await taken(100, 10);
    const last = await taken(100, 5);
    assert.ok(last >= 9.5 && last <= 10.5, `${last}`);
  });

  it('goes up again once it is in time', async () => {
    lateMs = 60;
    await taken(100, 15);
    lateMs = 5;
    await taken(100, 8);
    assert.equal(await taken(100, 2), 100);
  });

  it('is forgotten when no call has come for some seconds', async () => {
    lateMs = 60;
    await taken(100, 15);
    await clock.advance(5_000);
    assert.equal(await taken(100, 0.4), 100);
  });

  it('takes ten at once, however late it is', async () => {
    lateMs = 500;
    await taken(5, 10);
    const burst = Array.from({ length: 30 }, () => {
      const { hasRoom } = limit;
      if (hasRoom) limit.take();
      return hasRoom;
    });
    assert.ok(burst.filter(Boolean).length >= 9, String(burst));
  });
});
