import assert from 'node:assert/strict';
import { ConsoleSessions } from '../../../src/api/console/sessions.ts';
import { account } from '../../store/records.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { memoryRepositories } from '../../support/memory-repositories.ts';

describe('Sessions of the console', () => {
  it('are void for accounts that may no longer use it', async () => {
    const repositories = memoryRepositories();
    const one = account();
    await repositories.accounts.insert(one);
    const parts = { ...repositories, clock: new FakeClock() };
    const before = new ConsoleSessions({ ...parts, allowedAccounts: undefined });
    const { cookie } = await before.begin(one, one.authToken, 'write');
    assert.equal((await before.find(cookie))?.account.sid, one.sid);
    const others = new ConsoleSessions({ ...parts, allowedAccounts: [`AC${'9'.repeat(32)}`] });
    assert.equal(await others.find(cookie), undefined);
    const same = new ConsoleSessions({ ...parts, allowedAccounts: [one.sid] });
    assert.equal((await same.find(cookie))?.account.sid, one.sid);
  });

  it('are noted as used once a minute at most', async () => {
    const repositories = memoryRepositories();
    const clock = new FakeClock();
    const one = account();
    await repositories.accounts.insert(one);
    const noted: number[] = [];
    const sessions = new ConsoleSessions({
      ...repositories,
      sessions: {
        insert: (session) => repositories.sessions.insert(session),
        find: (hash) => repositories.sessions.find(hash),
        of: (accountSid) => repositories.sessions.of(accountSid),
        remove: (hash) => repositories.sessions.remove(hash),
        removeOld: (...times) => repositories.sessions.removeOld(...times),
        async used(hash, at) {
          noted.push(at);
          await repositories.sessions.used(hash, at);
        },
      },
      clock,
      allowedAccounts: undefined,
    });
    const began = clock.now();
    const { cookie } = await sessions.begin(one, one.authToken, 'read');
    for (let n = 0; n < 5; n += 1) {
      await sessions.find(cookie);
      await sessions.look(cookie);
      await clock.advance(30_000);
    }
    assert.deepEqual(noted, [began + 60_000, began + 120_000]);
  });
});
