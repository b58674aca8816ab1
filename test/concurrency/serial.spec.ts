import assert from 'node:assert/strict';
import { KeyedSerial, Serial } from '../../src/concurrency/serial.ts';

/** A step that ends when it is told to. */
function heldStep<T>(log: string[], name: string, result: T) {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const step = async () => {
    log.push(`${name} begins`);
    await held;
    log.push(`${name} ends`);
    return result;
  };
  return { step, release };
}

describe('Steps that run one after the other', () => {
  it('begin when the one before has ended, in the order of asking', async () => {
    const log: string[] = [];
    const serial = new Serial();
    const [first, second] = [heldStep(log, 'first', 1), heldStep(log, 'second', 2)];
    const results = Promise.all([serial.run(first.step), serial.run(second.step)]);
    second.release();
    first.release();
    assert.deepEqual(await results, [1, 2]);
    assert.deepEqual(log, ['first begins', 'first ends', 'second begins', 'second ends']);
  });

  it('go on behind one that fails, whose asker hears of it', async () => {
    const serial = new Serial();
    const failed = serial.run(() => Promise.reject(new Error('no')));
    const next = serial.run(() => Promise.resolve('next'));
    await assert.rejects(failed, new Error('no'));
    assert.equal(await next, 'next');
  });

  it('of one key are in order, of different keys side by side, and a key that has none left is forgotten', async () => {
    const log: string[] = [];
    const keyed = new KeyedSerial();
    const [a, other] = [heldStep(log, 'a1', 1), heldStep(log, 'b1', 2)];
    const running = [
      keyed.run('a', a.step),
      keyed.run('a', () => Promise.resolve(log.push('a2 runs'))),
      keyed.run('b', other.step),
    ];
    other.release();
    await running[2];
    assert.deepEqual(log, ['a1 begins', 'b1 begins', 'b1 ends']);
    a.release();
    await Promise.all(running);
    assert.deepEqual(log.slice(3), ['a1 ends', 'a2 runs']);
    await Promise.resolve();
    assert.equal(keyed.size, 0);
  });
});
