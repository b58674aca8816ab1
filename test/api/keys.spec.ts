import assert from 'node:assert/strict';
import twilio from 'twilio';
import { basic, type FakeApi, sidsIn, startFakeApi } from '../support/fake-api.ts';
import { redirected } from '../support/twilio-client.ts';

describe('API keys', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  async function make(form: Record<string, string> = {}) {
    const reply = await api.request('POST', 'Keys.json', { form });
    assert.equal(reply.status, 201, reply.text);
    const { sid, secret } = reply.json as { sid: string; secret: string };
    return { sid, secret, as: basic(sid, secret) };
  }

  it('are made with a secret that only that reply shows', async () => {
    const reply = await api.request('POST', 'Keys.json', { form: { FriendlyName: 'Billing' } });
    const { sid, secret, ...rest } = reply.json as { sid: string; secret: string };
    const uri = `/2012-04-24/Accounts/${api.main.sid}/Keys/${sid}.json`;
    const shown = {
      account_sid: api.main.sid,
      friendly_name: 'Billing',
      scope: 'all',
      date_created: 'Sat, 31 Jan 2026 12:00:00 +0000',
      date_updated: 'Sat, 31 Jan 2026 12:00:00 +0000',
      uri,
    };
    assert.deepEqual(rest, shown);
    assert.match(secret, /^[\w-]{32}$/);
    assert.deepEqual((await api.request('GET', uri)).json, { sid, ...shown });
    assert.ok(!(await api.request('GET', 'Keys.json')).text.includes(secret));
    const kept = await api.repositories.keys.findAnywhere(sid);
    assert.ok(!JSON.stringify(kept).includes(secret));
    assert.ok(!api.log.lines.join().includes(secret));
  });

  it('act as their account, and on those below it', async () => {
    const { as } = await make();
    assert.equal((await api.request('GET', 'Calls.json', { as })).status, 200);
    assert.equal((await api.request('POST', 'Applications.json', { as, form: {} })).status, 201);
    const below = `/2012-04-24/Accounts/${api.sub.sid}/Applications.json`;
    assert.equal((await api.request('GET', below, { as })).status, 200);
    const other = `/2012-04-24/Accounts/${api.stranger.sid}/Applications.json`;
    assert.equal((await api.request('GET', other, { as })).status, 404);
  });

  it('only read when their scope is read', async () => {
    const { sid, as } = await make({ Scope: 'read' });
    assert.equal((await api.request('GET', 'Applications.json', { as })).status, 200);
    const refused = await api.request('POST', 'Applications.json', { as, form: {} });
    assert.deepEqual(
      [refused.status, refused.json?.['code'], refused.json?.['message']],
      [403, 20006, `Key ${sid} has Scope=read: it may only read`],
    );
    assert.deepEqual(sidsIn(await api.request('GET', 'Applications.json'), 'applications'), []);
  });

  it('do not open what shows or uses AuthTokens and keys', async () => {
    const { sid, as } = await make();
    const account = `/2012-04-24/Accounts/${api.main.sid}`;
    const closed: readonly (readonly [string, string])[] = [
      ['GET', `${account}.json`],
      ['POST', `${account}.json`],
      ['GET', '/2012-04-24/Accounts.json'],
      ['POST', '/2012-04-24/Accounts.json'],
      ['GET', `/2012-04-24/Accounts/${api.sub.sid}.json`],
      ['GET', 'Keys.json'],
      ['POST', 'Keys.json'],
      ['GET', `Keys/${sid}.json`],
      ['POST', `Keys/${sid}.json`],
      ['DELETE', `Keys/${sid}.json`],
      ['GET', `SigningKeys/${sid}.json`],
      ['POST', 'SignatureCheck.json'],
    ];
    for (const [method, path] of closed) {
      const reply = await api.request(method, path, { as, ...(method === 'POST' ? { form: {} } : {}) });
      assert.deepEqual([reply.status, reply.json?.['code']], [403, 20006], `${method} ${path}`);
      assert.ok(!reply.text.includes(api.main.authToken));
    }
  });

  it('authenticate nobody with a wrong secret, once they are removed, or when the account is suspended', async () => {
    const { sid, secret, as } = await make();
    for (const wrong of ['', 'x', `${secret}x`, api.main.authToken]) {
      const reply = await api.request('GET', 'Calls.json', { as: basic(sid, wrong) });
      assert.deepEqual([reply.status, reply.json?.['code']], [401, 20003]);
      assert.equal(reply.json?.['message'], 'The key’s SID and secret do not match');
    }
    await api.repositories.accounts.update(api.main.sid, (one) => ({ ...one, status: 'suspended' }));
    assert.equal((await api.request('GET', 'Calls.json', { as })).status, 403);
    await api.repositories.accounts.update(api.main.sid, (one) => ({ ...one, status: 'active' }));
    assert.equal((await api.request('DELETE', `Keys/${sid}.json`)).status, 204);
    assert.equal((await api.request('GET', 'Calls.json', { as })).status, 401);
  });

  it('are guessed at no more often than AuthTokens', async () => {
    const { sid, as } = await make();
    for (let count = 0; count < 10; count += 1)
      await api.request('GET', 'Calls.json', { as: basic(sid, 'x') });
    assert.equal((await api.request('GET', 'Calls.json', { as: basic(sid, 'x') })).status, 429);
    assert.equal((await api.request('GET', 'Calls.json', { as })).status, 200);
  });

  it('are at most a hundred of an account, also when they are made at once', async () => {
    for (let count = 0; count < 98; count += 1) await make();
    const many = await Promise.all([1, 2, 3].map(() => api.request('POST', 'Keys.json', { form: {} })));
    assert.deepEqual(
      many.map(({ status }) => status).toSorted((a, b) => a - b),
      [201, 201, 400],
    );
  });

  it('refuse a scope that they do not know', async () => {
    const reply = await api.request('POST', 'Keys.json', { form: { Scope: 'write' } });
    assert.deepEqual([reply.status, reply.json?.['code']], [400, 20001]);
    assert.match(String(reply.json?.['message']), /^Scope must be one of all, read$/);
  });

  it('serve Twilio’s library, which makes, lists, renames and removes them, and authenticates with them', async () => {
    const { sid: accountSid, authToken } = api.main;
    const client = twilio(accountSid, authToken, { httpClient: redirected(api.url) });
    const key = await client.newKeys.create({ friendlyName: 'CI' });
    const signing = await client.newSigningKeys.create({ friendlyName: 'Old name' });
    assert.deepEqual((await client.keys.list()).map(({ friendlyName }) => friendlyName).toSorted(), [
      'CI',
      'Old name',
    ]);
    assert.equal((await client.signingKeys.list()).length, 2);
    assert.equal((await client.keys(signing.sid).update({ friendlyName: 'New' })).friendlyName, 'New');
    assert.equal(await client.keys(signing.sid).remove(), true);
    const withKey = twilio(key.sid, key.secret, { accountSid, httpClient: redirected(api.url) });
    const call = await withKey.calls.create({ to: 'client:bob', from: '1000', twiml: '<Response/>' });
    assert.equal(call.accountSid, accountSid);
  });
});
