import assert from 'node:assert/strict';
import { SingleFlight } from '../../src/concurrency/single-flight.ts';
import { Limit } from '../../src/concurrency/limit.ts';
import { NEVER } from '../media/sound/sound-builders.ts';

/** Work that a test ends by hand. */
function controlledWork(): {
  work: (signal: AbortSignal) => Promise<string>;
  signals: AbortSignal[];
  finish: (value: string) => void;
} {
  const signals: AbortSignal[] = [];
  let finish: (value: string) => void = () => undefined;
  const work = (signal: AbortSignal): Promise<string> => {
    signals.push(signal);
    return new Promise((resolve) => {
      finish = resolve;
    });
  };
  return { work, signals, finish: (value) => finish(value) };
}

describe('work that several calls ask for', () => {
  it('is done once, and every call gets its result', async () => {
    const shared = new SingleFlight<string>();
    const job = controlledWork();
    const all = Promise.all([shared.run('a', NEVER, job.work), shared.run('a', NEVER, job.work)]);
    job.finish('done');
    assert.deepEqual(await all, ['done', 'done']);
    assert.equal(job.signals.length, 1);
  });

  it('goes on when one of them hangs up, and stops when all have', async () => {
    const shared = new SingleFlight<string>();
    const job = controlledWork();
    const [alice, bob] = [new AbortController(), new AbortController()];
    const forAlice = shared.run('a', alice.signal, job.work);
    const forBob = shared.run('a', bob.signal, job.work);
    alice.abort();
    assert.equal(await forAlice, undefined);
    assert.equal(job.signals[0]?.aborted, false);
    bob.abort();
    assert.equal(await forBob, undefined);
    assert.equal(job.signals[0]?.aborted, true);
  });

  it('begins anew for who comes after it was stopped', async () => {
    const shared = new SingleFlight<string>();
    const [first, second] = [controlledWork(), controlledWork()];
    const gone = new AbortController();
    const abandoned = shared.run('a', gone.signal, first.work);
    gone.abort();
    await abandoned;
    const result = shared.run('a', NEVER, second.work);
    second.finish('fresh');
    assert.equal(await result, 'fresh');
  });

  it('is not kept after it failed', async () => {
    const shared = new SingleFlight<string>();
    await assert.rejects(
      shared.run('a', NEVER, () => Promise.reject(new Error('once'))),
      /once/,
    );
    assert.equal(await shared.run('a', NEVER, () => Promise.resolve('well')), 'well');
  });
});

describe('turns', () => {
  it('let so many work at once, the others in order, and pass over who left', async () => {
    const turns = new Limit(1);
    const order: string[] = [];
    const jobs = new Map<string, () => void>();
    const start = (name: string, signal = NEVER): Promise<string | undefined> =>
      turns.run(signal, () => {
        order.push(name);
        return new Promise((resolve) => jobs.set(name, () => resolve(name)));
      });
    const leaver = new AbortController();
    const [first, left, last] = [start('first'), start('left', leaver.signal), start('last')];
    await Promise.resolve();
    leaver.abort();
    assert.equal(await left, undefined);
    assert.deepEqual(order, ['first']);
    jobs.get('first')?.();
    assert.equal(await first, 'first');
    jobs.get('last')?.();
    assert.equal(await last, 'last');
    assert.deepEqual(order, ['first', 'last']);
  });

  it('are given back by work that fails', async () => {
    const turns = new Limit(1);
    await assert.rejects(
      turns.run(NEVER, () => Promise.reject(new Error('broken'))),
      /broken/,
    );
    assert.equal(await turns.run(NEVER, () => Promise.resolve('next')), 'next');
  });
});
