import assert from 'node:assert/strict';
import { newSid } from '../../../src/call/sids.ts';
import { noVoice } from '../../../src/call/routing/routing.ts';
import type { ClientToken } from '../../../src/records/client-token.ts';
import type { ClientRecord } from '../../../src/records/repositories.ts';
import { describeOnEvery } from '../every-store.ts';

const ACCOUNT = newSid('AC');
const PAGE = { page: 0, pageSize: 50 };

function client(login: string): ClientRecord {
  const dates = { dateCreated: 1, dateUpdated: 1 };
  const ha1 = '0'.repeat(32);
  return {
    sid: newSid('CL'),
    accountSid: ACCOUNT,
    friendlyName: login,
    login,
    ha1,
    status: 'enabled',
    ...noVoice(),
    ...dates,
  };
}

function token(of: ClientRecord, username: string, dateCreated: number): ClientToken {
  return {
    sid: newSid('TO'),
    accountSid: ACCOUNT,
    clientSid: of.sid,
    login: of.login.toLowerCase(),
    label: 'Büro',
    username,
    ha1: '1'.repeat(32),
    dateCreated,
    dateExpires: dateCreated + 1_000,
  };
}

describeOnEvery('Tokens of clients in the database', (the) => {
  it('are kept, counted, used, revoked and removed', async () => {
    const { accounts, clients, clientTokens: tokens } = the().repositories;
    await accounts.insert({
      sid: ACCOUNT,
      friendlyName: 'Main',
      status: 'active',
      authToken: 'a-token-of-twenty-ch',
      dateCreated: 1,
      dateUpdated: 1,
    });
    const [alice, bob] = [client('Alice'), client('bob')];
    await clients.insert(alice);
    await clients.insert(bob);
    const [first, second, third] = [
      token(alice, 'tk1', 10),
      token(alice, 'tk2', 20),
      token(alice, 'tk3', 30),
    ];
    assert.equal(await tokens.insert(first, 2), true);
    assert.equal(await tokens.insert(second, 2), true);
    assert.equal(await tokens.insert(third, 2), false);
    const bobs = token(bob, 'tk4', 40);
    await tokens.insert(bobs, 2);
    assert.deepEqual(await tokens.find(alice.sid, first.sid), first);
    assert.equal(await tokens.find(bob.sid, first.sid), undefined);
    assert.deepEqual((await tokens.list(alice.sid, PAGE)).items, [second, first]);
    assert.deepEqual(await tokens.usable(50), [first, second, bobs]);
    assert.deepEqual(await tokens.usable(50, 'alice'), [first, second]);

    await tokens.used('tk1', 60);
    const revoked = { ...first, lastUsed: 60, revokedAt: 70 };
    assert.deepEqual(await tokens.revoke(alice.sid, first.sid, 70), revoked);
    assert.deepEqual(await tokens.revoke(alice.sid, first.sid, 80), revoked);
    assert.equal(await tokens.revoke(bob.sid, second.sid, 70), undefined);
    assert.deepEqual(await tokens.usable(80), [second, bobs]);
    assert.equal(await tokens.insert(third, 2), true);

    await clients.update(ACCOUNT, bob.sid, (now) => ({ ...now, status: 'disabled' }));
    assert.deepEqual(await tokens.usable(80), [second, third]);
    assert.deepEqual(await tokens.removeOld(1_010), [revoked]);
    await clients.remove(ACCOUNT, bob.sid);
    assert.deepEqual(await tokens.removeOld(1_010), [bobs]);
    assert.deepEqual(await tokens.removeOld(1_010), []);
    assert.deepEqual(await tokens.usable(1_025), [third]);
  });
});
