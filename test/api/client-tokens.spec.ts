import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { ha1Of } from '../../src/api/clients/digests.ts';
import { FakeWebPhones } from '../support/fake-web-phones.ts';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';
import { putClient } from '../support/api-records.ts';
import { twilioClient } from '../support/twilio-client.ts';

const SECRET = 'north-south-east-west';
const ICE = {
  stunUrls: ['stun:stun.example.com'],
  turn: { urls: ['turn:turn.example.com'], secret: SECRET, ttlS: 3_000 },
};

describe('A token of a client', () => {
  let api: FakeApi;
  let webPhones: FakeWebPhones;
  let path: string;
  let clientSid: string;

  beforeEach(async () => {
    webPhones = new FakeWebPhones();
    api = await startFakeApi({ webPhones, ice: ICE });
    ({ sid: clientSid } = await putClient(api, { login: 'Alice' }));
    path = `Clients/${clientSid}/Tokens`;
  });
  afterEach(() => api.close());

  const make = (form: Record<string, string> = {}) => api.request('POST', `${path}.json`, { form });

  it('has all that a page needs; its password is shown this once, and kept as a digest', async () => {
    const { status, json } = await make({ Label: 'Reception' });
    assert.equal(status, 201);
    const { sid, username, password, ...rest } = json as Record<string, string>;
    assert.match(String(username), /^tk[a-z]{24}$/);
    assert.match(String(password), /^[\w-]{32}$/);
    const turnUser = `${api.clock.now() / 1000 + 3_000}:${clientSid}`;
    const credential = createHmac('sha1', SECRET).update(turnUser).digest('base64');
    assert.deepEqual(rest, {
      client_sid: clientSid,
      account_sid: api.main.sid,
      label: 'Reception',
      realm: 'legwork',
      uri: 'sip:alice~web@phones.example',
      ws_url: 'wss://phones.example/sip',
      last_used: null,
      revoked: false,
      ice_servers: [
        { url: 'stun:stun.example.com', urls: 'stun:stun.example.com' },
        { url: 'turn:turn.example.com', urls: 'turn:turn.example.com', username: turnUser, credential },
      ],
      api_version: '2012-04-24',
      date_created: 'Sat, 31 Jan 2026 12:00:00 +0000',
      date_expires: 'Sat, 31 Jan 2026 13:00:00 +0000',
      uri_resource: `/2012-04-24/Accounts/${api.main.sid}/${path}/${sid}.json`,
    });
    const [kept] = await api.repositories.clientTokens.usable(api.clock.now(), 'alice');
    assert.equal(kept?.ha1, ha1Of(String(username), String(password)));
    assert.deepEqual(webPhones.changes, [['Alice', []]]);
    assert.deepEqual(webPhones.expiries, [api.clock.now() + 3_600_000]);
    const read = await api.request('GET', `${path}/${sid}.json`);
    assert.ok(!read.text.includes(String(password)) && !('ice_servers' in (read.json ?? {})));
    assert.ok(!api.log.lines.join().includes(String(password)));
  });

  it('lasts 60 s to a day', async () => {
    for (const Ttl of ['59', '86401', 'x', '-1']) {
      const { status, json } = await make({ Ttl });
      assert.deepEqual([status, json?.['code']], [400, 20001]);
      assert.match(String(json?.['message']), /^Ttl must be a whole number from 60 to 86400/);
    }
    assert.equal((await make({ Ttl: '60' })).json?.['date_expires'], 'Sat, 31 Jan 2026 12:01:00 +0000');
    assert.equal((await make({ Label: 'x'.repeat(65) })).status, 400);
  });

  it('is one of twenty at most, until one is revoked', async () => {
    const first = await make();
    for (let made = 1; made < 20; made += 1) assert.equal((await make()).status, 201);
    const { status, json } = await make();
    assert.deepEqual([status, json?.['code']], [400, 20001]);
    assert.match(String(json?.['message']), /has 20 tokens/);
    const { sid, username } = first.json as Record<string, string>;
    assert.equal((await api.request('DELETE', `${path}/${sid}.json`)).status, 204);
    assert.deepEqual(webPhones.changes.at(-1), ['Alice', [username]]);
    assert.equal((await api.request('GET', `${path}/${sid}.json`)).json?.['revoked'], true);
    assert.equal((await make()).status, 201);
    const list = await api.request('GET', `${path}.json`);
    assert.equal((list.json as { client_tokens: unknown[] } | undefined)?.client_tokens.length, 21);
  });

  it('is not made for a client that is disabled, or where there are no browser phones', async () => {
    const { sid } = await putClient(api, { login: 'bob', status: 'disabled' });
    const disabled = await api.request('POST', `Clients/${sid}/Tokens.json`);
    assert.deepEqual([disabled.status, disabled.json?.['code']], [400, 20001]);
    const without = await startFakeApi({ webPhones: undefined, webPhonesOff: 'clients are at a proxy' });
    try {
      const client = await putClient(without);
      const refused = await without.request('POST', `Clients/${client.sid}/Tokens.json`);
      assert.deepEqual([refused.status, refused.json?.['code']], [400, 20001]);
      const why = 'There are no browser phones here: clients are at a proxy';
      assert.ok(String(refused.json?.['message']).includes(why));
      const health = (await (await fetch(`${without.url}/health`)).json()) as Record<string, unknown>;
      assert.equal(health['browser_phones'], 'clients are at a proxy');
    } finally {
      await without.close();
    }
  });

  it('has its phones looked at when an account gets another status', async () => {
    const form = { Status: 'suspended' };
    await api.request('POST', `/2012-04-24/Accounts/${api.sub.sid}.json`, { form });
    assert.equal(webPhones.accountChanges, 1);
  });
});

describe('Tokens for STUN and TURN (Network Traversal)', () => {
  it('have credentials that end by themselves', async () => {
    const api = await startFakeApi({ ice: ICE });
    const { status, json } = await api.request('POST', 'Tokens.json', { form: { Ttl: '600' } });
    const username = `${api.clock.now() / 1000 + 600}:${api.main.sid}`;
    const password = createHmac('sha1', SECRET).update(username).digest('base64');
    assert.equal(status, 201);
    assert.deepEqual(json, {
      account_sid: api.main.sid,
      username,
      password,
      ttl: '600',
      ice_servers: [
        { url: 'stun:stun.example.com', urls: 'stun:stun.example.com' },
        { url: 'turn:turn.example.com', urls: 'turn:turn.example.com', username, credential: password },
      ],
      date_created: 'Sat, 31 Jan 2026 12:00:00 +0000',
      date_updated: 'Sat, 31 Jan 2026 12:00:00 +0000',
    });
    assert.equal((await api.request('POST', 'Tokens.json')).json?.['ttl'], '3000');
    await api.close();
  });

  it('are what Twilio’s library asks for', async () => {
    const api = await startFakeApi({ ice: ICE });
    const token = await twilioClient(api.url, api.main.sid, api.main.authToken).tokens.create({ ttl: 600 });
    assert.deepEqual([token.ttl, token.iceServers.length], ['600', 2]);
    assert.match(token.username, /^\d+:AC/);
    await api.close();
  });

  it('have only STUN servers without TURN, and are refused without either', async () => {
    const stun = await startFakeApi({ ice: { stunUrls: ['stun:a.example'] } });
    const { json } = await stun.request('POST', 'Tokens.json');
    const { username, password, ttl, ice_servers } = json ?? {};
    assert.deepEqual(
      { username, password, ttl, ice_servers },
      {
        username: '',
        password: '',
        ttl: '86400',
        ice_servers: [{ url: 'stun:a.example', urls: 'stun:a.example' }],
      },
    );
    await stun.close();
    const none = await startFakeApi();
    const refused = await none.request('POST', 'Tokens.json');
    assert.deepEqual([refused.status, refused.json?.['code']], [400, 20001]);
    assert.match(String(refused.json?.['message']), /STUN_URLS/);
    await none.close();
  });
});
