import assert from 'node:assert/strict';
import type { AccountRecord } from '../../../src/records/repositories.ts';
import { newSid } from '../../../src/call/sids.ts';
import { basic, type FakeApi, startFakeApi } from '../../support/fake-api.ts';

describe('Who may do what', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  const readAs = (authorization: AccountRecord | string, of = api.main) =>
    api.request('GET', `/2012-04-24/Accounts/${of.sid}.json`, { as: authorization });

  it('takes the AccountSid or the e-mail address with the AuthToken', async () => {
    const { sid, authToken } = api.main;
    assert.equal((await readAs(basic(sid, authToken))).status, 200);
    assert.equal((await readAs(basic('main@example.com', authToken))).status, 200);
    assert.equal((await readAs(basic(sid, authToken).replace('Basic', 'basic'))).status, 200);
  });

  const WRONG: readonly (readonly [what: string, header: (main: AccountRecord) => string])[] = [
    ['no credentials', () => ''],
    ['another scheme', ({ authToken }) => `Bearer ${authToken}`],
    ['something that is not base64', () => 'Basic %%%'],
    ['no colon', ({ sid }) => `Basic ${Buffer.from(sid).toString('base64')}`],
    ['a wrong token', ({ sid }) => basic(sid, 'wrong')],
    ['no token', ({ sid }) => basic(sid, '')],
    ['a token that is longer', ({ sid, authToken }) => basic(sid, `${authToken}x`)],
    ['control characters', ({ authToken }) => basic('a\0@b', authToken)],
    ['an unknown account', ({ authToken }) => basic(newSid('AC'), authToken)],
    ['an unknown e-mail address', ({ authToken }) => basic('nobody@example.com', authToken)],
    ['a name that is neither', ({ authToken }) => basic('main', authToken)],
  ];
  for (const [what, header] of WRONG) {
    it(`replies 401 to ${what}`, async () => {
      const reply = await readAs(header(api.main));
      const { message, ...rest } = reply.json ?? {};
      assert.deepEqual(rest, {
        code: 20003,
        more_info: 'https://www.twilio.com/docs/errors/20003',
        status: 401,
      });
      assert.match(String(message), /AccountSid/);
      assert.equal(reply.status, 401);
      assert.equal(reply.headers.get('www-authenticate'), 'Basic realm="Legwork", charset="UTF-8"');
    });
  }

  it('does not accept the empty token of an account that has none', async () => {
    await api.repositories.accounts.update(api.main.sid, (one) => ({ ...one, authToken: '' }));
    assert.equal((await readAs(basic(api.main.sid, ''))).status, 401);
  });

  it('replies 401 before it looks at the path, so nobody learns what exists', async () => {
    const reply = await api.request('GET', '/2012-04-24/Nothing.json', { as: '' });
    assert.equal(reply.status, 401);
  });

  it('replies 429 after ten wrong tokens for an account, for a minute, and never to the right one', async () => {
    const wrong = (of: AccountRecord) => readAs(basic(of.sid, 'x'));
    for (let count = 0; count < 10; count += 1) assert.equal((await wrong(api.main)).status, 401);
    await api.clock.advance(20_000);
    const blocked = await wrong(api.main);
    assert.deepEqual(
      [blocked.status, blocked.json?.['code'], blocked.headers.get('retry-after')],
      [429, 20429, '40'],
    );
    assert.equal((await readAs(api.main)).status, 200);
    assert.equal((await wrong(api.stranger)).status, 401, 'its neighbour is not concerned');
    await api.clock.advance(40_000);
    assert.equal((await wrong(api.main)).status, 401);
  });

  it('replies 429 for a minute, also when the clock of the machine is set back by an hour', async () => {
    for (let count = 0; count < 10; count += 1) await readAs(basic(api.main.sid, 'x'));
    api.clock.jump(-3_600_000);
    const blocked = await readAs(basic(api.main.sid, 'x'));
    assert.deepEqual([blocked.status, blocked.headers.get('retry-after')], [429, '60']);
    await api.clock.advance(60_000);
    assert.equal((await readAs(basic(api.main.sid, 'x'))).status, 401);
  });

  it('replies 429 after a hundred wrong tokens from one address, whatever account, and never to a right one', async () => {
    for (let count = 0; count < 100; count += 1) await readAs(basic(newSid('AC'), 'x'));
    assert.equal((await readAs(basic(newSid('AC'), 'x'))).status, 429);
    assert.equal((await readAs(api.main)).status, 200);
    assert.equal((await readAs(api.stranger, api.stranger)).status, 200);
    await api.clock.advance(60_000);
    assert.equal((await readAs(basic(newSid('AC'), 'x'))).status, 401);
  });

  it('writes no token to the log', async () => {
    await readAs(api.main);
    await api.request('GET', `Calls.json?AuthToken=${api.main.authToken}`);
    const log = api.log.lines.join('\n');
    assert.match(log, /HTTP request/);
    assert.ok(!log.includes(api.main.authToken));
  });

  describe('accounts that are not active', () => {
    for (const status of ['suspended', 'closed'] as const) {
      it(`refuses a ${status} account`, async () => {
        await api.repositories.accounts.update(api.main.sid, (one) => ({ ...one, status }));
        const reply = await readAs(api.main);
        assert.deepEqual([reply.status, reply.json?.['code']], [403, 20005]);
        assert.equal(reply.json?.['message'], `Account ${api.main.sid} is ${status}`);
      });
    }

    it('says nothing about the account to those who do not know its token', async () => {
      await api.repositories.accounts.update(api.main.sid, (one) => ({ ...one, status: 'closed' }));
      assert.equal((await readAs(basic(api.main.sid, 'x'))).status, 401);
    });

    it('refuses an account below one that is not active', async () => {
      await api.repositories.accounts.update(api.main.sid, (one) => ({ ...one, status: 'suspended' }));
      assert.equal((await readAs(api.sub, api.sub)).status, 403);
    });

    it('lets those above read it, and change nothing', async () => {
      await api.repositories.accounts.update(api.sub.sid, (one) => ({ ...one, status: 'suspended' }));
      const path = `/2012-04-24/Accounts/${api.sub.sid}/Applications.json`;
      assert.equal((await api.request('GET', path)).status, 200);
      assert.equal((await api.request('POST', path, { form: {} })).status, 403);
    });
  });

  it('shows an account to itself and to those above it', async () => {
    const reply = await readAs(api.main, api.sub);
    const base = `/2012-04-24/Accounts/${api.sub.sid}`;
    assert.deepEqual(reply.json, {
      sid: api.sub.sid,
      owner_account_sid: api.main.sid,
      friendly_name: 'sub@example.com',
      email_address: 'sub@example.com',
      type: 'Full',
      status: 'active',
      auth_token: api.sub.authToken,
      previous_auth_token_expires: null,
      date_created: 'Wed, 01 Jan 2025 00:00:00 +0000',
      date_updated: 'Wed, 01 Jan 2025 00:00:00 +0000',
      uri: `${base}.json`,
      subresource_uris: {
        calls: `${base}/Calls.json`,
        incoming_phone_numbers: `${base}/IncomingPhoneNumbers.json`,
        clients: `${base}/Clients.json`,
        applications: `${base}/Applications.json`,
        sip_trunks: `${base}/SipTrunks.json`,
        recordings: `${base}/Recordings.json`,
        notifications: `${base}/Notifications.json`,
        callbacks: `${base}/Callbacks.json`,
        keys: `${base}/Keys.json`,
      },
    });
    assert.equal((await readAs(api.sub, api.sub)).json?.['owner_account_sid'], api.main.sid);
    assert.equal((await readAs(api.main)).json?.['owner_account_sid'], api.main.sid);
  });
});
