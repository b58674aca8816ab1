import assert from 'node:assert/strict';
import type { AccountRecord } from '../../src/call/repositories.ts';
import { newSid } from '../../src/call/sids.ts';
import { resourceRoutes } from '../../src/api/resources.ts';
import { basic, type FakeApi, startFakeApi } from '../support/fake-api.ts';

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
    await api.repositories.accounts.update({ ...api.main, authToken: '' });
    assert.equal((await readAs(basic(api.main.sid, ''))).status, 401);
  });

  it('replies 401 before it looks at the path, so nobody learns what exists', async () => {
    const reply = await api.request('GET', '/2012-04-24/Nothing.json', { as: '' });
    assert.equal(reply.status, 401);
  });

  it('replies 429 after ten wrong tokens for an account, to the right one too, for a minute', async () => {
    for (let count = 0; count < 10; count += 1)
      assert.equal((await readAs(basic(api.main.sid, 'x'))).status, 401);
    await api.clock.advance(20_000);
    const blocked = await readAs(api.main);
    assert.deepEqual(
      [blocked.status, blocked.json?.['code'], blocked.headers.get('retry-after')],
      [429, 20429, '40'],
    );
    assert.equal((await readAs(api.stranger, api.stranger)).status, 200, 'its neighbour is not concerned');
    await api.clock.advance(40_000);
    assert.equal((await readAs(api.main)).status, 200);
  });

  it('replies 429 after a hundred wrong tokens from one address, for whatever account', async () => {
    for (let count = 0; count < 100; count += 1) await readAs(basic(newSid('AC'), 'x'));
    assert.equal((await readAs(api.main)).status, 429);
    await api.clock.advance(60_000);
    assert.equal((await readAs(api.main)).status, 200);
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
        await api.repositories.accounts.update({ ...api.main, status });
        const reply = await readAs(api.main);
        assert.deepEqual([reply.status, reply.json?.['code']], [403, 20005]);
        assert.equal(reply.json?.['message'], `Account ${api.main.sid} is ${status}`);
      });
    }

    it('says nothing about the account to those who do not know its token', async () => {
      await api.repositories.accounts.update({ ...api.main, status: 'closed' });
      assert.equal((await readAs(basic(api.main.sid, 'x'))).status, 401);
    });

    it('refuses an account below one that is not active', async () => {
      await api.repositories.accounts.update({ ...api.main, status: 'suspended' });
      assert.equal((await readAs(api.sub, api.sub)).status, 403);
    });

    it('lets those above read it, and change nothing', async () => {
      await api.repositories.accounts.update({ ...api.sub, status: 'suspended' });
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
      },
    });
    assert.equal((await readAs(api.sub, api.sub)).json?.['owner_account_sid'], api.main.sid);
    assert.equal((await readAs(api.main)).json?.['owner_account_sid'], api.main.sid);
  });
});

describe('An account and the resources of another', () => {
  let api: FakeApi;
  /** Collection → the SID of one of main's. */
  const sids = new Map<string, string>();
  before(async () => {
    api = await startFakeApi();
    const forms = {
      Calls: { To: 'client:bob', From: '1', Twiml: '<Response/>' },
      IncomingPhoneNumbers: { PhoneNumber: '1000' },
      Clients: { Login: 'alice', Password: '12345678' },
      Applications: {},
      SipTrunks: { Host: 'sip.example' },
    };
    for (const [collection, form] of Object.entries(forms)) {
      const reply = await api.request('POST', `${collection}.json`, { form });
      assert.equal(reply.status, 201, reply.text);
      sids.set(collection, String(reply.json?.['sid']));
    }
  });
  after(() => api.close());

  /** A body that the route accepts from its owner. */
  const form = {
    Status: 'completed',
    PhoneNumber: '2000',
    Host: 'x.example',
    Login: 'bob',
    Password: '12345678',
  };
  // Only the routes' names are used: nothing is called in what they are made of.
  const routes = resourceRoutes({ repositories: {}, clock: {}, log: {} } as never);

  for (const { method, path } of routes) {
    const pathOf = (accountSid: string) => {
      const collection = path.split('/')[1] ?? '';
      return `/2012-04-24/Accounts/${accountSid}${path.replace(':sid', sids.get(collection) ?? '')}.json`;
    };
    const body = method === 'POST' || method === 'PUT' ? { form } : {};

    it(`${method} ${path}: neither a stranger nor a sub-account reaches it`, async () => {
      for (const as of [api.stranger, api.sub]) {
        const reply = await api.request(method, pathOf(api.main.sid), { as, ...body });
        assert.deepEqual([reply.status, reply.json?.['code']], [404, 20404]);
      }
    });

    if (path.includes(':sid')) {
      it(`${method} ${path}: it is not there under another account's path`, async () => {
        for (const [as, of] of [
          [api.stranger, api.stranger],
          [api.main, api.sub],
        ] as const) {
          api.calls.endReply = 'not-found';
          const reply = await api.request(method, pathOf(of.sid), { as, ...body });
          assert.deepEqual([reply.status, reply.json?.['code']], [404, 20404]);
        }
      });

      it(`${method} ${path}: what has not the form of its SID is not there`, async () => {
        for (const sid of ['x', `XX${'0'.repeat(32)}`, '%E0%A4%A', 'CA1', `AC${'0'.repeat(32)}`]) {
          const bad = `/2012-04-24/Accounts/${api.main.sid}${path.replace(':sid', sid)}.json`;
          assert.equal((await api.request(method, bad, body)).status, 404);
        }
      });
    }
  }

  it('leaves all of it as it was', async () => {
    for (const [collection, sid] of sids) {
      assert.equal((await api.request('GET', `${collection}/${sid}.json`)).status, 200);
      const list = await api.request('GET', `/2012-04-24/Accounts/${api.stranger.sid}/${collection}.json`, {
        as: api.stranger,
      });
      assert.equal(list.json?.['total'], 0);
    }
  });

  it('lets an account act for the one below it', async () => {
    const path = `/2012-04-24/Accounts/${api.sub.sid}/Calls.json`;
    const reply = await api.request('POST', path, {
      form: { To: 'client:b', From: '1', Url: 'http://a.example' },
    });
    assert.deepEqual([reply.status, reply.json?.['account_sid']], [201, api.sub.sid]);
    assert.equal(api.calls.orders.at(-1)?.accountSid, api.sub.sid);
  });

  it('does not tell an unknown account from one that is somebody else’s', async () => {
    for (const sid of [newSid('AC'), api.stranger.sid, 'ACx']) {
      const reply = await api.request('GET', `/2012-04-24/Accounts/${sid}/Calls.json`);
      assert.deepEqual(reply.json, {
        code: 20404,
        message: 'The requested resource was not found',
        more_info: 'https://www.twilio.com/docs/errors/20404',
        status: 404,
      });
    }
  });
});
