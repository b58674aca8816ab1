import assert from 'node:assert/strict';
import { KnownPhones } from '../../../src/asterisk/sip-guard/known-phones.ts';
import { FakeClock } from '../../support/fake-clock.ts';

it('A phone is known where its password came from, for two hours', async () => {
  const clock = new FakeClock();
  const phones = new KnownPhones(clock);
  phones.seen('alice', '192.0.2.1');
  await clock.advance(3_600_000);
  phones.seen('alice', '192.0.2.2');
  phones.seen('bob', '192.0.2.1');
  phones.seen('bob', '192.0.2.1');
  const byBob = { login: 'bob', address: '192.0.2.1', at: clock.steady() };
  const byAlice = { login: 'alice', address: '192.0.2.2', at: clock.steady() };
  assert.equal(phones.all().length, 3);
  await clock.advance(3_600_000);
  assert.deepEqual(phones.all(), [byAlice, byBob]);
});
