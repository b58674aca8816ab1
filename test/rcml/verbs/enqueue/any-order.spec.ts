import fc from 'fast-check';
import { queueDay, RandomQueue } from '../../../support/random-queue.ts';

describe('A queue, whatever happens in whatever order', () => {
  it('asks each action once, lets everybody go once, and takes nobody twice', async () => {
    const day = fc.asyncProperty(queueDay, async (one) => {
      const queue = new RandomQueue(one);
      await queue.play();
      queue.check();
    });
    await fc.assert(day, { numRuns: 40 });
  });
});
