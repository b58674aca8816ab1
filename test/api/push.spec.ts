import assert from 'node:assert/strict';
import { asteriskPush } from '../../src/api/push.ts';
import { FakeLog } from '../support/fake-api.ts';
import { FakeClock } from '../support/fake-clock.ts';

describe('A stored change on its way to Asterisk', () => {
  it('waits for the earlier ones of the same login, also when nobody waits for those any more', async () => {
    const clock = new FakeClock();
    const push = asteriskPush(clock, new FakeLog());
    const there: string[] = [];
    let answer = () => {};
    const slow = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const pushing = (name: string, what: string, until?: Promise<void>) =>
      push(name, {}, async () => {
        await until;
        there.push(`${name} ${what}`);
      });
    const first = pushing('bob', 'renamed', slow);
    await clock.advance(5000);
    await first;
    const [second, third] = [pushing('bob', 'disabled'), pushing('carol', 'renamed')];
    await third;
    assert.deepEqual(there, ['carol renamed']);
    answer();
    await second;
    assert.deepEqual(there, ['carol renamed', 'bob renamed', 'bob disabled']);
    assert.equal(clock.timers, 0);
  });

  it('is not held up by one that Asterisk has refused', async () => {
    const log = new FakeLog();
    const push = asteriskPush(new FakeClock(), log);
    const there: string[] = [];
    await push('bob', {}, () => Promise.reject(new Error('away')));
    await push('bob', {}, async () => void there.push('bob'));
    assert.deepEqual(there, ['bob']);
    assert.match(log.lines.join(), /Asterisk has not taken a change/);
  });
});
