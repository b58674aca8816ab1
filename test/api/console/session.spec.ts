import assert from 'node:assert/strict';
import { get } from 'node:http';
import { newSid } from '../../../src/call/sids.ts';
import { type FakeApi, type Reply, type RequestOptions, startFakeApi } from '../../support/fake-api.ts';

const HOUR_MS = 3_600_000;
const OWN_PAGE = { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'cors', 'X-Legwork-Console': '1' };
const CONSOLE = { console: { folder: '/nowhere', allowedAccounts: undefined } };

describe('Signing in to the console', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi(CONSOLE);
  });
  afterEach(() => api.close());

  const session = (method: string, options: RequestOptions = {}) =>
    api.request(method, '/console/session', {
      as: '',
      ...options,
      headers: { ...OWN_PAGE, ...options.headers },
    });

  const signIn = (form: Readonly<Record<string, string>> = {}, headers = {}) =>
    session('POST', { form: { AccountSid: api.main.sid, AuthToken: api.main.authToken, ...form }, headers });

  function cookieOf({ headers }: Reply): { readonly Cookie: string } {
    const cookie = /^(legwork_session=[\w-]{43});/.exec(headers.get('set-cookie') ?? '')?.[1];
    assert.ok(cookie !== undefined, headers.get('set-cookie') ?? 'there is no cookie');
    return { Cookie: cookie };
  }

  const ask = (path: string, headers: object, method = 'GET', form?: Readonly<Record<string, string>>) =>
    api.request(method, path, {
      as: '',
      headers: { ...OWN_PAGE, ...headers },
      ...(form === undefined ? {} : { form }),
    });

  const shown = (access: string) => ({
    account_sid: api.main.sid,
    friendly_name: api.main.friendlyName,
    access,
    expires: '2026-02-01T00:00:00.000Z',
    version: '1.2.3',
    web_phones: true,
  });

  it('gives a cookie that no script can read and no other site can send', async () => {
    const reply = await signIn();
    const { sid, ...rest } = reply.json ?? {};
    assert.match(String(sid), /^SE[0-9a-f]{32}$/);
    assert.deepEqual([reply.status, rest], [201, shown('write')]);
    assert.match(
      reply.headers.get('set-cookie') ?? '',
      /^legwork_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
    );
    assert.equal(reply.headers.get('cache-control'), 'no-store');
  });

  it('gives a cookie that goes over HTTPS only, when the page came that way', async () => {
    const reply = await signIn({}, { Origin: 'https://voice.example.com' });
    assert.match(reply.headers.get('set-cookie') ?? '', /; Secure$/);
  });

  it('works with the e-mail address, and tells afterwards who has signed in', async () => {
    const cookie = cookieOf(await signIn({ AccountSid: 'main@example.com' }));
    const reply = await session('GET', { headers: cookie });
    const { sid: _sid, ...rest } = reply.json ?? {};
    assert.deepEqual([reply.status, rest], [200, shown('write')]);
  });

  it('lets the page use REST as the account', async () => {
    const cookie = cookieOf(await signIn());
    assert.equal((await ask('Calls.json', cookie)).status, 200);
    const created = await ask('Applications.json', cookie, 'POST', { FriendlyName: 'App' });
    assert.equal(created.status, 201);
    assert.equal((await ask(`/2012-04-24/Accounts/${api.stranger.sid}/Calls.json`, cookie)).status, 404);
  });

  it('keeps the cookie nowhere: the database has only its hash', async () => {
    const { Cookie } = cookieOf(await signIn());
    const cookie = Cookie.replace('legwork_session=', '');
    assert.equal(await api.repositories.sessions.find(cookie), undefined);
    assert.equal(api.log.lines.join('\n').includes(cookie), false);
  });

  it('does nothing for the pages of other origins, whatever the browser sends', async () => {
    const cookie = cookieOf(await signIn());
    for (const site of ['cross-site', 'same-site', 'none', '']) {
      const headers = { ...cookie, 'Sec-Fetch-Site': site, 'X-Legwork-Console': '' };
      assert.equal((await ask('Calls.json', headers)).status, 401, site);
      const refused = await ask('Applications.json', headers, 'POST', { FriendlyName: 'App' });
      assert.ok([401, 403].includes(refused.status), site);
    }
  });

  it('changes nothing without the header that only our page can send', async () => {
    const cookie = cookieOf(await signIn());
    const headers = { ...cookie, 'X-Legwork-Console': '' };
    const refused = await ask('Applications.json', headers, 'POST', { FriendlyName: 'App' });
    assert.deepEqual([refused.status, refused.json?.['code']], [403, 20006]);
  });

  it('with Access=read lets the page read, and change nothing', async () => {
    const reply = await signIn({ Access: 'read' });
    const { sid: _sid, ...rest } = reply.json ?? {};
    assert.deepEqual(rest, shown('read'));
    const cookie = cookieOf(reply);
    assert.equal((await ask('Applications.json', cookie)).status, 200);
    const sid = newSid('AP');
    for (const [method, path] of [
      ['POST', 'Applications.json'],
      ['PUT', `Applications/${sid}.json`],
      ['DELETE', `Applications/${sid}.json`],
    ] as const) {
      const refused = await ask(
        path,
        cookie,
        method,
        method === 'DELETE' ? undefined : { FriendlyName: 'App' },
      );
      assert.deepEqual([refused.status, refused.json?.['code']], [403, 20006], method);
    }
  });

  it('ends when somebody signs out, and when somebody signs in again', async () => {
    const first = cookieOf(await signIn());
    const second = cookieOf(await signIn({}, first));
    assert.equal((await ask('Calls.json', first)).status, 401);
    const out = await session('DELETE', { headers: second });
    assert.equal(out.status, 204);
    assert.match(out.headers.get('set-cookie') ?? '', /^legwork_session=; .*Max-Age=0/);
    assert.equal((await ask('Calls.json', second)).status, 401);
    assert.equal((await session('GET', { headers: second })).status, 401);
  });

  it('ends after an hour without use', async () => {
    const cookie = cookieOf(await signIn());
    await api.clock.advance(HOUR_MS - 1);
    assert.equal((await ask('Calls.json', cookie)).status, 200);
    await api.clock.advance(HOUR_MS - 1);
    assert.equal((await ask('Calls.json', cookie)).status, 200);
    await api.clock.advance(HOUR_MS);
    assert.equal((await ask('Calls.json', cookie)).status, 401);
  });

  it('ends twelve hours after it began, used or not', async () => {
    const cookie = cookieOf(await signIn());
    for (let passedMs = 0; passedMs < 12 * HOUR_MS; passedMs += HOUR_MS / 2) {
      assert.equal((await ask('Calls.json', cookie)).status, 200);
      await api.clock.advance(HOUR_MS / 2);
    }
    assert.equal((await ask('Calls.json', cookie)).status, 401);
  });

  it('ends with the AuthToken with which it began', async () => {
    const cookie = cookieOf(await signIn());
    const rotate = (seconds: string) =>
      api.request('POST', `/2012-04-24/Accounts/${api.main.sid}.json`, {
        form: { RotateAuthToken: 'true', AuthTokenGracePeriod: seconds },
      });
    assert.equal((await rotate('60')).status, 200);
    assert.equal((await ask('Calls.json', cookie)).status, 200);
    await api.clock.advance(60_000);
    assert.equal((await ask('Calls.json', cookie)).status, 401);
  });

  it('ends with its account', async () => {
    const form = { AccountSid: api.sub.sid, AuthToken: api.sub.authToken };
    const cookie = cookieOf(await session('POST', { form }));
    await api.repositories.accounts.update(api.sub.sid, (account) => ({ ...account, status: 'suspended' }));
    assert.equal((await session('GET', { headers: cookie })).status, 401);
    assert.equal((await session('POST', { form })).status, 403);
  });

  it('refuses wrong tokens as REST does, and counts them together with its', async () => {
    const wrong = { AuthToken: 'x' };
    for (let count = 0; count < 10; count += 1) {
      const refused = await signIn(wrong);
      assert.deepEqual([refused.status, refused.json?.['code']], [401, 20003]);
    }
    assert.equal((await signIn(wrong)).status, 429);
    const basic = `Basic ${Buffer.from(`${api.main.sid}:x`).toString('base64')}`;
    assert.equal((await api.request('GET', 'Calls.json', { as: basic })).status, 429);
    assert.equal((await signIn()).status, 201, 'the right one is never refused');
  });

  it('never makes a browser open its own window for a password', async () => {
    // fetch says itself how it fetches.
    const challenge = (headers: Readonly<Record<string, string>>) =>
      new Promise<string | undefined>((resolve, reject) => {
        const url = `${api.url}/2012-04-24/Accounts/${api.main.sid}/Calls.json`;
        get(url, { headers, agent: false }, (response) => {
          response.resume();
          resolve(response.headers['www-authenticate']);
        }).on('error', reject);
      });
    assert.equal(await challenge({ 'X-Legwork-Console': '1' }), undefined);
    assert.equal(await challenge({ 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'cors' }), undefined);
    assert.equal((await session('GET')).headers.get('www-authenticate'), null);
    assert.equal((await signIn({ AuthToken: 'x' })).headers.get('www-authenticate'), null);
    // A person who follows a link to a recording, and programs, are asked.
    assert.match(
      (await challenge({ 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'navigate' })) ?? '',
      /^Basic/,
    );
    assert.match((await challenge({})) ?? '', /^Basic/);
  });

  it('says what is missing', async () => {
    const post = (headers: Readonly<Record<string, string>>) =>
      api.request('POST', '/console/session', {
        as: '',
        form: { AccountSid: api.main.sid, AuthToken: api.main.authToken },
        headers,
      });
    const insecure = await post({ 'X-Legwork-Console': '1' });
    assert.equal(insecure.status, 403);
    assert.match(String(insecure.json?.['message']), /works over HTTPS, or at localhost/);
    assert.equal((await post({ ...OWN_PAGE, 'Sec-Fetch-Site': 'cross-site' })).status, 403);
    assert.equal((await post({ 'Sec-Fetch-Site': 'same-origin' })).status, 403);
    const empty = await signIn({ AuthToken: '' });
    assert.deepEqual([empty.status, empty.json?.['message']], [400, 'AuthToken is required']);
    assert.equal((await signIn({ Access: 'all' })).status, 400);
    const put = await session('PUT');
    assert.deepEqual([put.status, put.headers.get('allow')], [405, 'GET, POST, DELETE']);
  });
});

describe('The console', () => {
  it('is for the accounts that may use it', async () => {
    const api = await startFakeApi({ console: { folder: '/nowhere', allowedAccounts: [newSid('AC')] } });
    const form = { AccountSid: api.main.sid, AuthToken: api.main.authToken };
    const reply = await api.request('POST', '/console/session', { as: '', form, headers: OWN_PAGE });
    assert.equal(reply.status, 403);
    assert.match(String(reply.json?.['message']), /CONSOLE_ACCOUNTS/);
    await api.close();
  });

  it('is not there when it is off', async () => {
    const api = await startFakeApi();
    for (const path of ['/console/', '/console/session', '/console/assets/a.js']) {
      const reply = await api.request('GET', path, {
        headers: { ...OWN_PAGE, Cookie: `legwork_session=${'x'.repeat(43)}` },
      });
      assert.equal(reply.status, 404, path);
    }
    await api.close();
  });
});
