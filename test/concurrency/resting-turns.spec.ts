import assert from 'node:assert/strict';
import { RestingTurns } from '../../src/concurrency/resting-turns.ts';
import { FakeClock } from '../support/fake-clock.ts';

const REST_FACTOR = 4;

/** Work that an account asks for, and how long it then holds up the process. */
type Ask = readonly [atMs: number, account: string, tookMs: number];
type Begun = readonly [account: string, atMs: number];

const ROWS: readonly (readonly [title: string, asks: readonly Ask[], begun: readonly Begun[]])[] = [
  ['begins at once', [[0, 'A', 10]], [['A', 0]]],
  [
    'begins after a rest of four times what the piece before it took',
    [
      [0, 'A', 10],
      [0, 'A', 1],
      [0, 'A', 10],
    ],
    [
      ['A', 0],
      ['A', 50],
      ['A', 55],
    ],
  ],
  [
    'begins at once when the piece before it took no time',
    [
      [0, 'A', 0],
      [0, 'A', 0],
    ],
    [
      ['A', 0],
      ['A', 0],
    ],
  ],
  [
    'begins at once when the rest is over',
    [
      [0, 'A', 10],
      [50, 'A', 10],
    ],
    [
      ['A', 0],
      ['A', 50],
    ],
  ],
  [
    'waits for what is left of the rest',
    [
      [0, 'A', 10],
      [49, 'A', 10],
    ],
    [
      ['A', 0],
      ['A', 50],
    ],
  ],
  [
    'does not wait for the rest of another account, nor for what that one asked for before',
    [
      [0, 'A', 10],
      [0, 'A', 10],
      [20, 'B', 10],
    ],
    [
      ['A', 0],
      ['B', 20],
      ['A', 50],
    ],
  ],
];

describe('Work of accounts that holds up the process', () => {
  let clock: FakeClock;
  let turns: RestingTurns;
  let begun: Begun[];
  let startedAt: number;

  beforeEach(() => {
    clock = new FakeClock();
    turns = new RestingTurns(clock, REST_FACTOR);
    begun = [];
    startedAt = clock.steady();
  });

  function ask(
    account: string,
    tookMs: number,
    signal = new AbortController().signal,
  ): Promise<string | undefined> {
    return turns.run({ accountSid: account, signal }, () => {
      begun.push([account, clock.steady() - startedAt]);
      clock.heldUp(tookMs);
      return `${account} is done`;
    });
  }

  for (const [title, asks, expected] of ROWS) {
    it(title, async () => {
      for (const [atMs, account, tookMs] of asks) {
        await clock.advance(Math.max(0, startedAt + atMs - clock.steady()));
        void ask(account, tookMs);
      }
      await clock.advance(1000);
      assert.deepEqual(begun, expected);
      assert.equal(clock.timers, 0);
    });
  }

  it('takes a fifth of the time, however much of it an account has', async () => {
    for (let piece = 0; piece < 200; piece += 1) void ask('A', 10);
    await clock.advance(999);
    assert.equal(begun.length, 20);
  });

  it('is given up at once when nobody wants it any more, in the line or during the rest, and the next one follows', async () => {
    const [resting, inLine] = [new AbortController(), new AbortController()];
    const first = ask('A', 10);
    const second = ask('A', 10, resting.signal);
    const third = ask('A', 10, inLine.signal);
    const fourth = ask('A', 10);
    await clock.advance(0);
    inLine.abort();
    assert.equal(await third, undefined);
    resting.abort();
    assert.equal(await second, undefined);
    await clock.advance(100);
    assert.deepEqual(await Promise.all([first, fourth]), ['A is done', 'A is done']);
    assert.deepEqual(begun, [
      ['A', 0],
      ['A', 50],
    ]);
    assert.equal(await ask('A', 10, AbortSignal.abort()), undefined);
  });

  it('is followed by a rest even when it fails, and the asker gets the error', async () => {
    const failed = turns.run({ accountSid: 'A', signal: new AbortController().signal }, () => {
      clock.heldUp(10);
      throw new Error('broken');
    });
    await assert.rejects(failed, /broken/);
    void ask('A', 0);
    await clock.advance(100);
    assert.deepEqual(begun, [['A', 50]]);
  });

  it('is followed by a rest for its other costs, too', async () => {
    const asker = { accountSid: 'A', signal: new AbortController().signal };
    await turns.run(asker, () => clock.heldUp(10), 5);
    void ask('A', 0);
    await clock.advance(100);
    assert.deepEqual(begun, [['A', 70]]);
  });

  it('leaves nothing in memory of an account that has rested', async () => {
    await ask('A', 10);
    await ask('B', 10);
    assert.equal(turns.size, 2);
    await clock.advance(45);
    await ask('C', 0);
    assert.equal(turns.size, 1);
  });
});
