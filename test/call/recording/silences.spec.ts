import assert from 'node:assert/strict';
import { silences, unpausedStart } from '../../../src/call/recording/recording-record.ts';

const PAUSES = [
  { atMs: 2000, since: 3000, until: 5000, how: 'silence' },
  { atMs: 3000, since: 6000, until: 6500, how: 'skip' },
  { atMs: 4500, since: 8000, how: 'silence' },
] as const;

describe('The silence that pauses leave in a recording', () => {
  it('is as long as each of them, and that of the last one ends with the recording', () => {
    assert.deepEqual(silences({ pauses: PAUSES }, 9000), [
      { atMs: 2000, lengthMs: 2000 },
      { atMs: 4500, lengthMs: 1000 },
    ]);
  });

  it('is none without pauses', () => {
    assert.deepEqual(silences({}, 9000), []);
  });

  it('tells a later process since when Asterisk records', () => {
    assert.deepEqual([unpausedStart(PAUSES), unpausedStart([])], [1000, undefined]);
  });
});
