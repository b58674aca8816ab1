import assert from 'node:assert/strict';
import { compact } from '../../src/call/compact.ts';

describe('A compact record', () => {
  it('lacks what is undefined, and keeps what is null, false, zero or empty', () => {
    const record = compact({ a: undefined, b: null, c: false, d: 0, e: '', f: 'x' });
    assert.deepEqual(Object.entries(record), [
      ['b', null],
      ['c', false],
      ['d', 0],
      ['e', ''],
      ['f', 'x'],
    ]);
  });
});
