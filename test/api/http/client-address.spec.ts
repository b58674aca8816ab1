import assert from 'node:assert/strict';
import { networkOf } from '../../../src/api/http/failure-limiter.ts';
import { newSid } from '../../../src/call/sids.ts';
import { basic, type FakeApi, startFakeApi } from '../../support/fake-api.ts';

/** The test itself is the proxy next to us; there is another one in front of it. */
const PROXIES = ['127.0.0.1', '10.0.0.0/8', '2001:db8:1::/64'];

describe('Who asks through a reverse proxy', () => {
  let api: FakeApi;
  const start = async (...trustedProxies: readonly string[]) => {
    api = await startFakeApi({ trustedProxies });
  };
  afterEach(() => api.close());

  const ask = (forwardedFor: string, as = basic(newSid('AC'), 'x')) =>
    api.request('GET', `/2012-04-24/Accounts/${api.main.sid}.json`, {
      as,
      headers: { 'X-Forwarded-For': forwardedFor },
    });

  /** The address that the log has of a request. */
  async function addressOf(forwardedFor: string): Promise<unknown> {
    await ask(forwardedFor);
    return /"address":"([^"]*)"/.exec(api.log.lines.at(-1) ?? '')?.[1];
  }

  const FORWARDED: readonly (readonly [header: string, address: string])[] = [
    ['192.0.2.7', '192.0.2.7'],
    ['2001:db8::7', '2001:db8::7'],
    ['192.0.2.7:4711', '192.0.2.7'],
    ['[2001:db8::7]:4711', '2001:db8::7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['192.0.2.7, 10.0.0.1', '192.0.2.7'],
    ['192.0.2.7, 2001:db8:1::1,10.0.0.1', '192.0.2.7'],
    // Whoever wrote the first one was the second one.
    ['192.0.2.1, 192.0.2.7', '192.0.2.7'],
    ['127.0.0.1, 192.0.2.7', '192.0.2.7'],
    ['unknown', '127.0.0.1'],
    ['192.0.2.1, unknown, 10.0.0.1', '10.0.0.1'],
    ['', '127.0.0.1'],
    ['10.0.0.2', '10.0.0.2'],
  ];
  for (const [header, address] of FORWARDED) {
    it(`is ${address} when our proxies say "${header}"`, async () => {
      await start(...PROXIES);
      assert.equal(await addressOf(header), address);
    });
  }

  it('is the proxy itself as long as nobody says that it is one', async () => {
    await start();
    assert.equal(await addressOf('192.0.2.7'), '127.0.0.1');
    await api.close();
    await start('192.0.2.7');
    assert.equal(await addressOf('192.0.2.7'), '127.0.0.1');
  });

  it('has limits of its own: who guesses tokens does not concern the others behind the proxy', async () => {
    await start(...PROXIES);
    for (let count = 0; count < 100; count += 1) await ask('192.0.2.1');
    assert.equal((await ask('192.0.2.1')).status, 429);
    assert.equal((await ask('192.0.2.2')).status, 401);
    const right = basic(api.main.sid, api.main.authToken);
    for (const address of ['192.0.2.1', '192.0.2.2']) assert.equal((await ask(address, right)).status, 200);
  });
});

describe('Whoever holds one IPv6 address', () => {
  for (const [address, network] of [
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8::a:b:c:d', '2001:db8:0:0'],
    ['2001:db8::b:c:d', '2001:db8:0:0'],
    ['2001:0DB8::1', '2001:db8:0:0'],
    ['2001:db8:1:2::', '2001:db8:1:2'],
    ['::1', '0:0:0:0'],
    ['fe80::1', 'fe80:0:0:0'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['192.0.2.1', '192.0.2.1'],
  ] as const) {
    it(`holds its /64, which is limited as a whole: ${address}`, () => {
      assert.equal(networkOf(address), network);
    });
  }
});
