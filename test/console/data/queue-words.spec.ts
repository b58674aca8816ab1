import assert from 'node:assert/strict';
import { queueWords } from '../../../src/console/data/queue-words.ts';

describe('A line of a timeline about a queue', () => {
  const lines: readonly (readonly [data: Readonly<Record<string, unknown>>, words: string])[] = [
    [{ event: 'queued' }, 'waits in queue support'],
    [{ event: 'dequeued', waited: 12 }, 'taken out of queue support after 12 s'],
    [{ event: 'bridged', other: 'CA1' }, 'talks, from queue support'],
    [{ event: 'back-in-place' }, 'waits again in queue support'],
    [{ event: 'left', result: 'hangup', waited: 3 }, 'out of queue support: hangup after 3 s'],
  ];
  for (const [data, words] of lines) {
    it(`says "${words}"`, () => {
      assert.equal(queueWords({ data: { ...data, friendlyName: 'support' } }), words);
    });
  }
});
