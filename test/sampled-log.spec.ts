import assert from 'node:assert/strict';
import { type LeftOut, SampledLog } from '../src/sampled-log.ts';
import { FakeClock } from './support/fake-clock.ts';

describe('A sample of the log', () => {
  let clock: FakeClock;
  let told: LeftOut[];
  let sampled: SampledLog;

  beforeEach(() => {
    clock = new FakeClock();
    told = [];
    sampled = new SampledLog(clock, (leftOut) => told.push(leftOut));
  });

  const admitted = (times: number, kind: string, source: (n: number) => string) =>
    Array.from({ length: times }, (_, n) => sampled.admits(kind, source(n))).filter(Boolean).length;

  it('has ten lines of a kind from a source in a minute', async () => {
    assert.equal(
      admitted(1_000, '401', () => '10.0.0.1'),
      10,
    );
    assert.equal(
      admitted(1_000, '401', () => '10.0.0.2'),
      10,
    );
    assert.equal(
      admitted(1_000, '404', () => '10.0.0.1'),
      10,
    );
    await clock.advance(60_000);
    assert.equal(
      admitted(1_000, '401', () => '10.0.0.1'),
      10,
    );
  });

  it('has a hundred of a kind in a minute, however many sources there are', () => {
    assert.equal(
      admitted(100_000, '401', (n) => `10.0.${n % 65_536}`),
      100,
    );
  });

  it('says once a minute how many were left out of each kind, and whose were most', async () => {
    admitted(30, '401', () => '10.0.0.1');
    admitted(50, '401', () => '10.0.0.2');
    admitted(5, '404', () => '10.0.0.1');
    await clock.advance(59_999);
    sampled.tellOfPast();
    assert.deepEqual(told, []);
    await clock.advance(1);
    sampled.tellOfPast();
    sampled.tellOfPast();
    assert.deepEqual(told, [{ kind: '401', leftOut: 60, busiest: '10.0.0.2' }]);
  });

  it('has minutes of a minute, also when the clock of the machine is set back', async () => {
    admitted(20, '401', () => '10.0.0.1');
    clock.jump(-3_600_000);
    await clock.advance(59_999);
    assert.equal(
      admitted(1, '401', () => '10.0.0.1'),
      0,
    );
    await clock.advance(1);
    assert.equal(
      admitted(20, '401', () => '10.0.0.1'),
      10,
    );
    assert.deepEqual(told, [{ kind: '401', leftOut: 11, busiest: '10.0.0.1' }]);
  });
});
