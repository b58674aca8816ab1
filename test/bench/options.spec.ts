import assert from 'node:assert/strict';
import { whyTooBusy } from '../../bench/machine.ts';
import { readOptions } from '../../bench/options.ts';

describe("The bench's arguments", () => {
  it('are optional', () => {
    assert.deepEqual(readOptions([]), { full: false, anyway: false, only: [] });
    assert.deepEqual(readOptions(['--full', '--anyway', '--only', 'inbound,dial']), {
      full: true,
      anyway: true,
      only: ['inbound', 'dial'],
    });
  });

  it('are refused when one is unknown or incomplete', () => {
    assert.equal(readOptions(['--fast']), 'Unknown argument --fast');
    assert.equal(readOptions(['--only']), '--only needs the name of a measure');
  });
});

describe('A machine', () => {
  it('is too busy when the load average is high, or the processors have too little left', () => {
    assert.equal(whyTooBusy({ loadAverage: 0.9, idle: 0.95 }, 2), undefined);
    assert.equal(
      whyTooBusy({ loadAverage: 3, idle: 0.5 }, 2),
      'the load average is 3.0, above 1.0; 50 % idle, less than 90 %',
    );
  });
});
