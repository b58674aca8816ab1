import assert from 'node:assert/strict';
import { delaysFromBye, missingCallbacks } from '../../bench/measures/calls-at-rate.ts';
import { acceptedPerSecond } from '../../bench/measures/overload.ts';
import { growth } from '../../bench/measures/soak.ts';

describe('What the bench makes of its records', () => {
  const made = {
    run: 100_001,
    answeredMs: [],
    failed: 0,
    refused: 0,
    retransmissions: 0,
    complaint: '',
    marks: [
      { what: 'answered', who: '1000011', at: 900 },
      { what: 'bye', who: '1000011', at: 1_000 },
      { what: 'answered', who: '1000012', at: 1_100 },
      { what: 'bye', who: '1000012', at: 1_200 },
    ],
  };
  const told = (from: string, status: string, at: number) =>
    ({ kind: 'callback', from, to: '5000', status, at }) as const;

  it('is the time from each BYE to the callback about that end', () => {
    const arrivals = [
      told('1000011', 'in-progress', 950),
      told('1000011', 'completed', 1_006),
      { ...told('1000012', 'completed', 1_300), kind: 'document' as const },
      told('1000021', 'completed', 1_400),
    ];
    assert.deepEqual(delaysFromBye(made, arrivals), [6]);
  });

  it('is how many callbacks about answered callers are missing, whatever else came', () => {
    const arrivals = [
      ...['ringing', 'in-progress', 'completed'].map((status) => told('1000011', status, 1_000)),
      told('1000011', 'completed', 1_001),
      told('1000012', 'ringing', 1_100),
      { ...told('1000012', 'in-progress', 1_150), kind: 'document' as const },
      told('1000013', 'completed', 1_200),
    ];
    assert.equal(missingCallbacks(made, arrivals, 3), 2);
    assert.equal(missingCallbacks(made, [], 3), 6);
    assert.equal(missingCallbacks(made, [], 0), 0);
  });

  it('is how many calls were accepted in each second', () => {
    const marks = [0, 400, 999, 2_000].map((at) => ({ what: 'answered', who: '1', at: 5_000 + at }));
    assert.deepEqual(acceptedPerSecond([...marks, { what: 'refused', who: '2', at: 5_100 }]), [
      [0, 3],
      [2, 1],
    ]);
  });

  it('is the growth of the last three minutes over the three after the warm-up', () => {
    const warmUp = [10, 40, 60, 80, 90];
    assert.equal(growth([...warmUp, 100, 100, 100, 103, 105, 107]), 5);
    assert.ok(Number.isNaN(growth([...warmUp, 100, 100, 100])));
  });
});
