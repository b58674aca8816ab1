import assert from 'node:assert/strict';
import { GuessLimit } from '../../../src/asterisk/sip-guard/guess-limit.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const EVE = '192.0.2.66';

describe('Who guesses SIP passwords', () => {
  let clock: FakeClock;
  let limit: GuessLimit;
  beforeEach(() => {
    clock = new FakeClock();
    limit = new GuessLimit(10, clock);
  });

  const fail = (address: string, account = 'bob') =>
    limit.note({ event: 'ChallengeResponseFailed', account, address, port: 5060 });

  /** How many tries until the address is shut out, and for how many seconds. */
  function triesUntilBlocked(address: string, account?: string): readonly [number, number] {
    for (let tries = 1; tries <= 1000; tries += 1) {
      const block = fail(address, account);
      if (block !== undefined) return [tries, block.forMs / 1000];
    }
    return [Number.POSITIVE_INFINITY, 0];
  }

  it('is shut out after ten tries in a minute: for ten seconds, then for a minute, then for ten', async () => {
    for (const seconds of [10, 60, 600, 600]) {
      assert.deepEqual(triesUntilBlocked(EVE), [11, seconds]);
      assert.deepEqual(limit.blocked(), [EVE]);
      assert.equal(fail(EVE), undefined);
      await clock.advance(seconds * 1000);
      assert.deepEqual(limit.blocked(), []);
    }
    await clock.advance(3_600_000);
    assert.deepEqual(triesUntilBlocked(EVE), [11, 10]);
  });

  it('is counted alike for logins that exist and for those that do not', () => {
    assert.deepEqual(triesUntilBlocked(EVE, '<unknown>'), [11, 10]);
  });

  it('has as many tries again in the next minute: a phone with a wrong password is left alone', async () => {
    for (let minute = 0; minute < 100; minute += 1) {
      for (let tries = 0; tries < 10; tries += 1) assert.equal(fail(EVE), undefined);
      await clock.advance(60_000);
    }
  });

  it('does not get on by many addresses: of a login that is guessed at, each has one try from the 51st on', () => {
    const blocks = Array.from({ length: 100 }, (_, index) => fail(`192.0.2.${index}`));
    assert.equal(
      blocks.findIndex((block) => block !== undefined),
      50,
    );
    assert.equal(blocks.filter((block) => block !== undefined).length, 50);
    assert.equal(fail('203.0.113.9', 'carol'), undefined);
  });

  it('does not have others shut out for a login that does not exist', () => {
    const blocks = Array.from({ length: 100 }, (_, index) => fail(`192.0.2.${index}`, '<unknown>'));
    assert.deepEqual(new Set(blocks), new Set([undefined]));
  });

  it('has five times as many tries where a phone is known by its password', async () => {
    const office = '198.51.100.1';
    limit.note({ event: 'SuccessfulAuth', account: 'alice', address: office, port: 5060 });
    assert.deepEqual(triesUntilBlocked(office), [51, 10]);
    await clock.advance(3_610_001);
    assert.deepEqual(triesUntilBlocked(office), [11, 10]);
  });

  it('may be somebody whom we need', async () => {
    assert.deepEqual(triesUntilBlocked(EVE), [11, 10]);
    limit.pardon(EVE);
    assert.deepEqual(limit.blocked(), []);
    assert.deepEqual(triesUntilBlocked(EVE), [Number.POSITIVE_INFINITY, 0]);
    await clock.advance(60_000);
    assert.deepEqual(triesUntilBlocked(EVE), [11, 10]);
  });
});
