import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { type FakeApi, sidsIn, startFakeApi } from '../support/fake-api.ts';
import { waitUntil } from '../support/wait-until.ts';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

const MINIMAL = { Login: 'Alice', Password: 'correct horse' };

describe('Clients', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  async function create(form: Readonly<Record<string, string>> = {}): Promise<string> {
    const reply = await api.request('POST', 'Clients.json', { form: { ...MINIMAL, ...form } });
    assert.equal(reply.status, 201, reply.text);
    return String(reply.json?.['sid']);
  }

  async function stored() {
    const [client, ...more] = await api.repositories.clients.all();
    assert.ok(client !== undefined && more.length === 0);
    return client;
  }

  it('creates one with the defaults of what is left out, and brings it to Asterisk', async () => {
    const reply = await api.request('POST', 'Clients.json', { form: MINIMAL });
    const sid = String(reply.json?.['sid']);
    assert.match(sid, /^CL[0-9a-f]{32}$/);
    assert.equal(reply.status, 201);
    assert.deepEqual(reply.json, {
      sid,
      account_sid: api.main.sid,
      friendly_name: 'Alice',
      login: 'Alice',
      status: 1,
      srtp: null,
      registered: false,
      contacts: [],
      voice_url: null,
      voice_method: 'POST',
      voice_fallback_url: null,
      voice_fallback_method: 'POST',
      status_callback: null,
      status_callback_method: 'POST',
      voice_application_sid: null,
      api_version: '2012-04-24',
      date_created: 'Sat, 31 Jan 2026 12:00:00 +0000',
      date_updated: 'Sat, 31 Jan 2026 12:00:00 +0000',
      uri: `/2012-04-24/Accounts/${api.main.sid}/Clients/${sid}.json`,
    });
    assert.deepEqual(api.provisioning.pushes, [['client enabled', 'Alice']]);
  });

  it('keeps the password only as digests: with the login in lower case, and as it is spelled', async () => {
    await create();
    const { ha1, ha1AsSpelled, ...rest } = await stored();
    assert.deepEqual(
      [ha1, ha1AsSpelled],
      ['alice', 'Alice'].map((name) => md5(`${name}:legwork:correct horse`)),
    );
    assert.doesNotMatch(JSON.stringify(rest), /correct horse/);
    assert.doesNotMatch(api.log.lines.join('\n'), /correct horse/);
  });

  it('keeps one digest of a login without capitals', async () => {
    await create({ Login: 'bob' });
    const { ha1, ...rest } = await stored();
    assert.equal(ha1, md5('bob:legwork:correct horse'));
    assert.equal('ha1AsSpelled' in rest, false);
  });

  it('shows where its phones are', async () => {
    const sid = await create();
    api.provisioning.phones.set('alice', ['sip:alice@192.0.2.7:5062']);
    const reply = await api.request('GET', `Clients/${sid}.json`);
    const { registered, contacts } = reply.json ?? {};
    assert.deepEqual([registered, contacts], [true, ['sip:alice@192.0.2.7:5062']]);
    const list = await api.request('GET', 'Clients.json');
    assert.deepEqual(list.json?.['clients'], [reply.json]);
  });

  it('lists what it can when Asterisk does not tell in time where the phones are', async () => {
    await create();
    api.provisioning.failure = 'stalled';
    const reply = api.request('GET', 'Clients.json');
    await waitUntil('Asterisk is waited for', () => api.clock.timers > 0);
    await api.clock.advance(2000);
    assert.match(
      (await reply).text,
      /"login":"Alice","status":1,"srtp":null,"registered":null,"contacts":\[\]/,
    );
  });

  it('keeps a change that Asterisk cannot take now', async () => {
    api.provisioning.failure = new Error('Asterisk is away');
    const sid = await create();
    const reply = await api.request('GET', `Clients/${sid}.json`);
    const { registered, contacts } = reply.json ?? {};
    assert.deepEqual([reply.status, registered, contacts], [200, null, []]);
    assert.match(api.log.lines.join('\n'), /Asterisk has not taken a change.*Asterisk is away/);
  });

  it('replies after five seconds when Asterisk does not answer', async () => {
    api.provisioning.failure = 'stalled';
    const reply = api.request('POST', 'Clients.json', { form: MINIMAL });
    await waitUntil('Asterisk is waited for', () => api.clock.timers > 0);
    await api.clock.advance(5000);
    await waitUntil('Asterisk is waited for', () => api.clock.timers > 0);
    await api.clock.advance(2000);
    assert.equal((await reply).status, 201);
  });

  it('changes what is given and keeps the rest', async () => {
    const sid = await create({ VoiceUrl: 'http://app.example/v', VoiceMethod: 'GET', FriendlyName: 'A' });
    const { ha1, ha1AsSpelled = '' } = await stored();
    await api.clock.advance(1000);
    const form = { StatusCallback: 'http://app.example/s', Status: '0', FriendlyName: 'B', Login: 'ALICE' };
    const reply = await api.request('PUT', `Clients/${sid}.json`, { form });
    const now = await stored();
    assert.equal(reply.json?.['status'], 0);
    assert.deepEqual(now, {
      sid,
      accountSid: api.main.sid,
      login: 'Alice',
      ha1,
      ha1AsSpelled,
      status: 'disabled',
      friendlyName: 'B',
      voiceUrl: 'http://app.example/v',
      voiceMethod: 'GET',
      voiceFallbackMethod: 'POST',
      statusCallback: 'http://app.example/s',
      statusCallbackMethod: 'POST',
      dateCreated: now.dateCreated,
      dateUpdated: now.dateCreated + 1000,
    });
    assert.deepEqual(api.provisioning.pushes.at(-1), ['client disabled', 'Alice']);
  });

  it('takes a URL away with an empty value', async () => {
    const sid = await create({ VoiceUrl: 'http://app.example/v' });
    const reply = await api.request('POST', `Clients/${sid}.json`, { form: { VoiceUrl: '' } });
    assert.equal(reply.json?.['voice_url'], null);
    assert.equal('voiceUrl' in (await stored()), false);
  });

  it('changes the password', async () => {
    const sid = await create();
    await api.request('POST', `Clients/${sid}.json`, { form: { Password: 'battery staple' } });
    const { ha1, ha1AsSpelled } = await stored();
    assert.deepEqual(
      [ha1, ha1AsSpelled],
      ['alice', 'Alice'].map((name) => md5(`${name}:legwork:battery staple`)),
    );
  });

  it('does not change the login: the password is kept as a digest with it', async () => {
    const sid = await create();
    const reply = await api.request('POST', `Clients/${sid}.json`, { form: { Login: 'bob' } });
    assert.equal(reply.json?.['message'], 'Login cannot be changed; create a new client instead');
    assert.equal((await stored()).login, 'Alice');
  });

  it('removes it, in Asterisk too', async () => {
    const sid = await create();
    const reply = await api.request('DELETE', `Clients/${sid}.json`);
    assert.equal(reply.status, 204);
    assert.deepEqual(api.provisioning.pushes.at(-1), ['client removed', 'Alice']);
    assert.equal((await api.request('GET', `Clients/${sid}.json`)).status, 404);
  });

  it('lists by login', async () => {
    await create();
    const sid = await create({ Login: 'bob' });
    const reply = await api.request('GET', 'Clients.json?Login=bob');
    assert.deepEqual(sidsIn(reply, 'clients'), [sid]);
  });

  const REFUSED: readonly (readonly [form: Readonly<Record<string, string>>, message: RegExp])[] = [
    [{ Login: '' }, /^Login is required$/],
    [{ Login: 'a b' }, /^Login must be at most 63 letters, digits/],
    [{ Login: '.a' }, /^Login must be/],
    [{ Login: 'a'.repeat(64) }, /^Login must be/],
    [{ Login: 'a@b' }, /^Login must be/],
    [{ Login: 'RC-Out' }, /^Login must be/],
    [{ Login: 'anonymous' }, /^Login must be/],
    [{ Login: 'legwork-health' }, /none of the reserved names \(rc-out, legwork-health, /],
    [{ Login: 'Legwork-Health-17' }, /^Login must be/],
    [{ Login: `tk${'0'.repeat(32)}` }, /^Login must be/],
    [{ Password: '' }, /^Password is required$/],
    [{ Password: '1234567' }, /^Password must be 8 to 128 characters/],
    [{ Password: `a\n${'x'.repeat(8)}` }, /^Password must be/],
    [{ Status: '2' }, /^Status must be 1 \(enabled\) or 0 \(disabled\)$/],
    [{ FriendlyName: 'x'.repeat(65) }, /^FriendlyName must be at most 64 characters/],
    [{ VoiceUrl: 'x' }, /^VoiceUrl must be an absolute http/],
    [{ VoiceMethod: 'x' }, /^VoiceMethod must be GET or POST$/],
    [{ VoiceFallbackUrl: 'x' }, /^VoiceFallbackUrl must be an absolute http/],
    [{ VoiceFallbackMethod: 'x' }, /^VoiceFallbackMethod must be GET or POST$/],
    [{ StatusCallback: 'x' }, /^StatusCallback must be an absolute http/],
    [{ StatusCallbackMethod: 'x' }, /^StatusCallbackMethod must be GET or POST$/],
    [{ VoiceApplicationSid: 'AP1' }, /^VoiceApplicationSid must be AP and 32/],
    [{ VoiceApplicationSid: `AP${'0'.repeat(32)}` }, /^VoiceApplicationSid must name an application/],
  ];
  for (const [form, message] of REFUSED) {
    it(`refuses ${JSON.stringify(form).slice(0, 60)}`, async () => {
      const reply = await api.request('POST', 'Clients.json', { form: { ...MINIMAL, ...form } });
      assert.equal(reply.status, 400);
      assert.match(String(reply.json?.['message']), message);
      assert.deepEqual(await api.repositories.clients.all(), []);
      assert.deepEqual(api.provisioning.pushes, []);
    });
  }

  it('refuses a login that somebody in the installation has, whatever its case', async () => {
    await create();
    const other = { as: api.stranger, form: { ...MINIMAL, Login: 'aLICE' } };
    const reply = await api.request('POST', `/2012-04-24/Accounts/${api.stranger.sid}/Clients.json`, other);
    assert.deepEqual([reply.status, reply.json?.['code']], [400, 20001]);
    assert.match(String(reply.json?.['message']), /^Login is already in use/);
    assert.equal(api.provisioning.pushes.length, 1);
  });
});
