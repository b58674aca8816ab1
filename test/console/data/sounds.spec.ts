import assert from 'node:assert/strict';
import { peaksOf, waveOf } from '../../../src/console/data/peaks.ts';
import { timingParts } from '../../../src/console/data/timing.ts';

describe('The picture of a sound', () => {
  it('has the loudest sample of each part', () => {
    assert.deepEqual(peaksOf([0, 0.5, -1, 0.25, 0, 0, -0.125, 0], 4), [0.5, 1, 0, 0.125]);
    assert.deepEqual(peaksOf([0.5, -2], 400), [0.5, 1]);
    assert.deepEqual(peaksOf([], 400), [0]);
  });

  it('is a line around the middle, thin where it is silent', () => {
    assert.equal(waveOf([1, 0], { width: 20, height: 10 }), 'M0.0,1.0L10.0,4.5L10.0,5.5L0.0,9.0Z');
    assert.equal(waveOf([], { width: 20, height: 10 }), '');
  });
});

describe('Where the time of a request went', () => {
  it('is read from a line of the timeline and from a reply, in the order of the steps', () => {
    const parts = [
      { name: 'DNS', ms: 3 },
      { name: 'first byte', ms: 12 },
    ];
    assert.deepEqual(timingParts({ firstByteMs: 12, dnsMs: 3, connectMs: 'x' }), parts);
    assert.deepEqual(timingParts({ first_byte: 12, dns: 3, tls: null }), parts);
    assert.deepEqual(timingParts(undefined), []);
    assert.deepEqual(timingParts('soon'), []);
  });
});
