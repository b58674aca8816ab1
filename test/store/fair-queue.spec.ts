import assert from 'node:assert/strict';
import { FairQueue, type Waiting } from '../../src/store/fair-queue.ts';

interface Named extends Waiting {
  readonly name: string;
}

function waiting(name: string, more: Partial<Waiting> = {}): Named {
  return { name, accountSid: name.split(' ')[0], weight: 1, isAlone: false, ...more };
}

function queueOf(...all: readonly Named[]): FairQueue<Named> {
  const queue = new FairQueue<Named>({ total: 4, perAccount: 4 });
  for (const one of all) queue.push(one);
  return queue;
}

/** All batches that are in a queue. */
function batches(queue: FairQueue<Named>): readonly (readonly string[])[] {
  const taken: string[][] = [];
  for (let batch = queue.takeBatch(); batch.length > 0; batch = queue.takeBatch()) {
    taken.push(batch.map(({ name }) => name));
  }
  assert.equal(queue.size, 0);
  return taken;
}

describe('What waits to be written', () => {
  it('is taken together, in the order of arrival', () => {
    assert.deepEqual(batches(queueOf(waiting('a 1'), waiting('a 2'), waiting('a 3'))), [
      ['a 1', 'a 2', 'a 3'],
    ]);
  });

  it('of one account waits for one transaction at most, however much another account has', () => {
    const much = Array.from({ length: 9 }, (_, n) => waiting(`bad ${n}`));
    const queue = queueOf(...much);
    queue.takeBatch();
    queue.push(waiting('good 1'));
    queue.push(waiting('good 2'));
    assert.deepEqual(batches(queue), [
      ['bad 4', 'good 1', 'bad 5', 'good 2'],
      ['bad 6', 'bad 7', 'bad 8'],
    ]);
  });

  it('is taken by how much there is to write', () => {
    const large = { weight: 64 };
    const queue = queueOf(waiting('bad 1', large), waiting('bad 2', large), waiting('good 1'));
    assert.deepEqual(batches(queue), [['bad 1'], ['good 1', 'bad 2']]);
  });

  it('of one account is only a part of a batch for as long as other accounts write too; of the installation it may be all', () => {
    const queue = new FairQueue<Named>({ total: 6, perAccount: 2 });
    const push = (...names: readonly string[]) => {
      for (const name of names) queue.push(waiting(name));
    };
    const own = [1, 2, 3].map((n) => waiting(`own ${n}`, { accountSid: undefined }));
    push('bad 1', 'bad 2', 'bad 3');
    assert.deepEqual(batches(queue), [['bad 1', 'bad 2', 'bad 3']]);
    push('bad 1', 'good 1', 'bad 2', 'bad 3');
    for (const one of own) queue.push(one);
    assert.deepEqual(batches(queue), [['bad 1', 'good 1', 'own 1', 'bad 2', 'own 2', 'own 3'], ['bad 3']]);
    // The second of those two, and twice 49: with the next one, none of the last hundred has anything of the good one.
    for (let round = 0; round < 49; round += 1) {
      push('bad 1', 'bad 2', 'bad 3');
      assert.deepEqual(batches(queue), [['bad 1', 'bad 2'], ['bad 3']]);
    }
    push('bad 1', 'bad 2', 'bad 3');
    assert.deepEqual(batches(queue), [['bad 1', 'bad 2', 'bad 3']]);
  });

  it('alone, is taken alone, and nothing of its account overtakes it', () => {
    const alone = { isAlone: true };
    const queue = queueOf(
      waiting('a 1'),
      waiting('a 2', alone),
      waiting('a 3'),
      waiting('b 1'),
      waiting('b 2'),
    );
    assert.deepEqual(batches(queue), [['a 1', 'b 1', 'b 2'], ['a 2'], ['a 3']]);
  });

  it('can be taken out', () => {
    const queue = queueOf(waiting('a 1'), waiting('a 2'), waiting('b 1'));
    assert.deepEqual(
      queue.remove(({ name }) => name === 'a 2').map(({ name }) => name),
      ['a 1', 'b 1'],
    );
    assert.equal(queue.size, 1);
    assert.deepEqual(batches(queue), [['a 2']]);
  });
});
