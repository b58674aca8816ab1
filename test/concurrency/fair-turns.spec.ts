import assert from 'node:assert/strict';
import { FairTurns, type Shares } from '../../src/concurrency/fair-turns.ts';
import { NEVER } from '../media/sound/sound-builders.ts';

/** Work of which a test sees what is under way, and ends it. */
class Works {
  readonly atWork: string[] = [];
  readonly #turns: FairTurns;
  readonly #ends = new Map<string, () => void>();

  constructor(shares: Shares) {
    this.#turns = new FairTurns(shares);
  }

  async ask(account: string, name: string, host = '', signal = NEVER): Promise<void> {
    const asker = { accountSid: account, signal };
    await this.#turns.run(asker, () => this.#work(`${account}${name}`), host);
  }

  #work(name: string): Promise<void> {
    this.atWork.push(name);
    return new Promise((resolve) => this.#ends.set(name, resolve));
  }

  async end(name: string): Promise<void> {
    this.#ends.get(name)?.();
    this.atWork.splice(this.atWork.indexOf(name), 1);
    await settled();
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('Turns that accounts share', () => {
  const SHARES: Shares = { total: 4, perAccount: 3, perPurpose: 2, reserved: 1 };
  let works: Works;
  beforeEach(() => {
    works = new Works(SHARES);
  });

  const ask = (account: string, host: string, ...names: readonly string[]) => {
    for (const name of names) void works.ask(account, name, host);
  };

  it('leave the other hosts of an account alone when one hangs', async () => {
    ask('A', 'hangs', '1', '2', '3');
    ask('A', 'well', '4', '5');
    assert.deepEqual(works.atWork, ['A1', 'A2', 'A4']);
    await works.end('A4');
    assert.deepEqual(works.atWork, ['A1', 'A2', 'A5']);
  });

  it('leave other accounts alone when all that one may have hangs', () => {
    ask('A', 'x', '1', '2');
    ask('A', 'y', '3', '4');
    ask('B', 'x', '1');
    assert.deepEqual(works.atWork, ['A1', 'A2', 'A3', 'B1']);
  });

  it('give every account its reserve when all places are taken', async () => {
    ask('A', 'x', '1', '2');
    ask('A', 'y', '3');
    ask('B', 'x', '1', '2');
    ask('C', 'x', '1', '2');
    assert.deepEqual(works.atWork, ['A1', 'A2', 'A3', 'B1', 'C1']);
    await works.end('C1');
    assert.deepEqual(works.atWork, ['A1', 'A2', 'A3', 'B1', 'C2']);
  });

  it('go to the account that has the fewest, in its own order', async () => {
    ask('A', 'x', '1', '2');
    ask('B', 'x', '1', '2');
    ask('A', 'y', '3', '4');
    ask('B', 'y', '3', '4');
    assert.deepEqual(works.atWork, ['A1', 'A2', 'B1', 'B2']);
    await works.end('B1');
    assert.deepEqual(works.atWork, ['A1', 'A2', 'B2', 'B3']);
    await works.end('A1');
    assert.deepEqual(works.atWork, ['A2', 'B2', 'B3', 'A3']);
  });

  it('pass by who has gone, and come back when work fails', async () => {
    const gone = new AbortController();
    const turns = new FairTurns({ total: 1, perAccount: 1, reserved: 0 });
    const asker = { accountSid: 'A', signal: NEVER };
    let fail: () => void = () => undefined;
    const first = turns.run(
      asker,
      () => new Promise((_, reject) => (fail = () => reject(new Error('broken')))),
    );
    const left = turns.run({ accountSid: 'B', signal: gone.signal }, () => Promise.resolve('left'));
    const third = turns.run(asker, () => Promise.resolve('third'));
    gone.abort();
    assert.equal(await left, undefined);
    fail();
    await assert.rejects(first, /broken/);
    assert.equal(await third, 'third');
    assert.equal(
      await turns.run({ accountSid: 'A', signal: AbortSignal.abort() }, () => Promise.resolve(1)),
      undefined,
    );
  });
});
