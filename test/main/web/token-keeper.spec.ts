import assert from 'node:assert/strict';
import { usableTokens } from '../../../src/main/web/client-tokens.ts';
import { TokenKeeper } from '../../../src/main/web/token-keeper.ts';
import type { ClientToken } from '../../../src/records/client-token.ts';
import { newSid } from '../../../src/call/sids.ts';
import { putClient } from '../../support/api-records.ts';
import { FakeLog, startFakeApi, type FakeApi } from '../../support/fake-api.ts';

describe('Tokens of clients', () => {
  let api: FakeApi;
  let keeper: TokenKeeper;
  let changes: (readonly [string, readonly string[]])[];
  let clientSid: string;

  beforeEach(async () => {
    api = await startFakeApi();
    changes = [];
    ({ sid: clientSid } = await putClient(api));
    keeper = new TokenKeeper({
      ...api.repositories,
      changed: async ({ login }, gone) => void changes.push([login, gone]),
      clock: api.clock,
      log: new FakeLog(),
    });
    await api.clock.advance(0);
  });
  afterEach(async () => {
    keeper.close();
    await api.close();
  });

  async function put(username: string, ttlS: number): Promise<ClientToken> {
    const now = api.clock.now();
    const token: ClientToken = {
      sid: newSid('TO'),
      accountSid: api.main.sid,
      clientSid,
      login: 'alice',
      label: '',
      username,
      ha1: '0'.repeat(32),
      dateCreated: now,
      dateExpires: now + ttlS * 1000,
    };
    await api.repositories.clientTokens.insert(token, 20);
    keeper.willExpire(token.dateExpires);
    return token;
  }

  it('go when they expire, and not before', async () => {
    const { sid } = await put('tka', 3_600);
    await put('tkb', 60);
    await api.clock.advance(59_999);
    assert.deepEqual(changes, []);
    await api.clock.advance(1);
    assert.deepEqual(changes, [['alice', ['tkb']]]);
    await api.clock.advance(3_540_000);
    assert.deepEqual(changes.at(-1), ['alice', ['tka']]);
    assert.equal(await api.repositories.clientTokens.find(clientSid, sid), undefined);
  });

  it('say when they were used last, at most once a minute', async () => {
    const { sid } = await put('tka', 3_600);
    const at = api.clock.now();
    keeper.used('tka');
    await api.clock.advance(30_000);
    keeper.used('tka');
    const found = await api.repositories.clientTokens.find(clientSid, sid);
    assert.equal(found?.lastUsed, at);
  });

  it('cannot be used while their account, or one above it, is suspended', async () => {
    await put('tka', 3_600);
    const usable = usableTokens(api.repositories, api.clock);
    assert.deepEqual(
      (await usable()).map(({ username }) => username),
      ['tka'],
    );
    await api.repositories.accounts.update(api.main.sid, (account) => ({ ...account, status: 'suspended' }));
    assert.deepEqual(await usable('alice'), []);
  });
});
