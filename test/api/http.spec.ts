import assert from 'node:assert/strict';
import { StoreUnavailableError } from '../../src/records/repositories.ts';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';

describe('The API over HTTP', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi(async (ctx, next) => {
      if (ctx.path !== '/console') return next();
      ctx.body = 'console';
    });
  });
  afterEach(() => api.close());

  const UNKNOWN = ['/', '/nothing', '/2012-04-24', '/2012-04-24/', '/2012-04-240/Accounts/x'];
  for (const path of UNKNOWN) {
    it(`replies 404 to ${path}`, async () => {
      const reply = await api.request('GET', path, { headers: { Accept: 'application/json' } });
      assert.deepEqual([reply.status, reply.json?.['code'], reply.json?.['status']], [404, 20404, 404]);
    });
  }

  it('tells apart upper and lower case in paths', async () => {
    assert.equal((await api.request('GET', 'calls.json')).status, 404);
  });

  it('replies 405 with what is possible where only the method is wrong', async () => {
    const reply = await api.request('DELETE', 'Calls.json');
    assert.deepEqual([reply.status, reply.json?.['code']], [405, 20004]);
    const allowed = (reply.headers.get('allow') ?? '').split(', ').toSorted();
    assert.deepEqual(allowed, ['GET', 'HEAD', 'POST']);
    assert.match(String(reply.json?.['message']), /^DELETE is not allowed here; allowed: /);
    assert.equal((await api.request('PATCH', `Calls/CA${'0'.repeat(32)}.json`, { form: {} })).status, 405);
  });

  it('answers HEAD like GET, without the body', async () => {
    const reply = await api.request('HEAD', 'Calls.json');
    assert.deepEqual([reply.status, reply.text], [200, '']);
  });

  it('leaves what is not its own to the others', async () => {
    const reply = await api.request('GET', '/console', { as: '' });
    assert.deepEqual([reply.status, reply.text], [200, 'console']);
  });

  describe('bodies', () => {
    it('takes 100 kB, and refuses more with 413', async () => {
      const padding = (length: number) => ({ FriendlyName: 'x', Padding: 'x'.repeat(length) });
      assert.equal((await api.request('POST', 'Applications.json', { form: padding(100_000) })).status, 201);
      for (const body of [{ form: padding(110_000) }, { json: padding(110_000) }]) {
        const reply = await api.request('POST', 'Applications.json', body);
        assert.deepEqual([reply.status, reply.json?.['code']], [413, 20001]);
        assert.equal(reply.headers.get('connection'), 'close');
      }
    });

    const BAD: readonly (readonly [what: string, body: string, type: string, status: number])[] = [
      ['JSON that is cut off', '{"FriendlyName":', 'application/json', 400],
      ['JSON that is no object', '[1]', 'application/json', 400],
      ['JSON with an object for a value', '{"FriendlyName":{"a":1}}', 'application/json', 400],
      ['JSON that would change prototypes', '{"__proto__":{"a":1}}', 'application/json', 400],
      ['another type', '<a/>', 'application/xml', 415],
    ];
    for (const [what, body, type, status] of BAD) {
      it(`refuses ${what}`, async () => {
        const response = await fetch(`${api.url}/2010-04-01/Accounts/${api.main.sid}/Applications`, {
          method: 'POST',
          headers: {
            Authorization: `Basic ${btoa(`${api.main.sid}:${api.main.authToken}`)}`,
            'Content-Type': type,
            Connection: 'close',
          },
          body,
        });
        const reply = (await response.json()) as Record<string, unknown>;
        assert.deepEqual([response.status, reply['code']], [status, 20001]);
      });
    }

    it('takes null for nothing in JSON', async () => {
      const json = { FriendlyName: 'x', VoiceUrl: null };
      assert.equal((await api.request('POST', 'Applications.json', { json })).status, 201);
    });

    it('takes dots and brackets in names for what they are', async () => {
      const form = { FriendlyName: 'x', 'FriendlyName[a]': 'y', 'FriendlyName.b': 'z' };
      const reply = await api.request('POST', 'Applications.json', { form });
      assert.equal(reply.json?.['friendly_name'], 'x');
    });

    it('takes the last of a repeated parameter', async () => {
      const reply = await api.request('POST', 'Applications.json', { form: { FriendlyName: ['x', 'y'] } });
      assert.equal(reply.json?.['friendly_name'], 'y');
    });

    it('takes a POST without a body', async () => {
      assert.equal((await api.request('POST', 'Applications.json')).status, 201);
    });
  });

  it('refuses changes that a page of another site makes', async () => {
    for (const site of ['cross-site', 'same-site']) {
      const reply = await api.request('POST', 'Applications.json', {
        form: {},
        headers: { 'Sec-Fetch-Site': site },
      });
      assert.deepEqual([reply.status, reply.json?.['code']], [403, 20006]);
    }
    const own = { form: {}, headers: { 'Sec-Fetch-Site': 'same-origin' } };
    assert.equal((await api.request('POST', 'Applications.json', own)).status, 201);
  });

  it('sends headers that keep browsers from doing anything with a reply', async () => {
    const { headers } = await api.request('GET', 'Calls.json');
    assert.deepEqual(
      ['cache-control', 'content-security-policy', 'referrer-policy', 'x-content-type-options'].map((name) =>
        headers.get(name),
      ),
      ['no-store', "default-src 'none'; frame-ancestors 'none'", 'no-referrer', 'nosniff'],
    );
  });

  it('names every request, and keeps the name that the client gave', async () => {
    const own = await api.request('GET', 'Calls.json');
    assert.match(own.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
    const named = await api.request('GET', 'Calls.json', { headers: { 'X-Request-Id': 'my-request-17' } });
    assert.equal(named.headers.get('x-request-id'), 'my-request-17');
    const strange = await api.request('GET', 'Calls.json', { headers: { 'X-Request-Id': '<a b="c">' } });
    assert.match(strange.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
  });

  it('writes one line for a request, without the query', async () => {
    await api.request('GET', 'Calls.json?To=%2B15551234567');
    assert.deepEqual(
      api.log.lines.map((line) => line.replace(/"(address|requestId)":"[^"]*"/g, '"$1":""')),
      [
        `info HTTP request ${JSON.stringify({
          requestId: '',
          method: 'GET',
          path: `/2012-04-24/Accounts/${api.main.sid}/Calls.json`,
          status: 200,
          durationMs: 0,
          address: '',
          accountSid: api.main.sid,
        })}`,
      ],
    );
  });

  it('says 503 while the database is away', async () => {
    api.repositories.accounts.find = async () => {
      throw new StoreUnavailableError(new Error('locked'));
    };
    const reply = await api.request('GET', 'Calls.json');
    assert.deepEqual(
      [reply.status, reply.json?.['code'], reply.headers.get('retry-after')],
      [503, 20503, '5'],
    );
  });

  it('says 500 without details for a bug, and logs it', async () => {
    api.repositories.calls.list = async () => {
      throw new TypeError('secret detail');
    };
    const reply = await api.request('GET', 'Calls.json');
    assert.deepEqual([reply.status, reply.json?.['code']], [500, 20500]);
    assert.doesNotMatch(reply.text, /secret detail/);
    assert.match(api.log.lines.join('\n'), /error A request failed/);
  });
});
