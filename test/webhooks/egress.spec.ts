import assert from 'node:assert/strict';
import { createEgress, isEgressRule, isLoopback } from '../../src/webhooks/egress.ts';
import { checkedLookup, type Resolve, urlAllowed } from '../../src/webhooks/names/name-lookup.ts';

const PUBLIC = createEgress({ allow: [], deny: [], denyLoopback: true });
const LOCAL = createEgress({ allow: [], deny: [], denyLoopback: false });

/** Connects like a socket does: looks the host up unless it is a literal. */
async function reaches(
  egress: typeof PUBLIC,
  host: string,
  ...addresses: string[]
): Promise<string[] | string> {
  const resolve: Resolve = async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return new Promise((done) => {
    checkedLookup(egress, resolve)(host, { all: true }, (error, found) => {
      if (error !== null) done(error.name);
      else done(Array.isArray(found) ? found.map(({ address }) => address) : found);
    });
  });
}

describe('where requests may go', () => {
  const LITERALS: readonly (readonly [url: string, publicly: boolean, locally: boolean])[] = [
    ['http://127.0.0.1/', false, true],
    ['http://127.1/', false, true],
    ['http://0x7f.1/', false, true],
    ['http://2130706433/', false, true],
    ['http://017700000001/', false, true],
    ['http://１２７.0.0.1/', false, true],
    ['http://127.0.0.1./', false, true],
    ['http://[::1]/', false, true],
    ['http://[::ffff:127.0.0.1]/', false, true],
    ['http://[::ffff:7f00:1]/', false, true],
    ['http://[::127.0.0.1]/', false, true],
    ['http://[64:ff9b::7f00:1]/', false, true],
    ['http://[2002:7f00:1::]/', false, true],
    ['http://0/', false, false],
    ['http://0.0.0.0/', false, false],
    ['http://[::]/', false, false],
    ['http://169.254.169.254/', false, false],
    ['http://0xa9fea9fe/', false, false],
    ['http://[::ffff:169.254.169.254]/', false, false],
    ['http://[64:ff9b::a9fe:a9fe]/', false, false],
    ['http://[fe80::1]/', false, false],
    ['http://[fd00:ec2::254]/', false, false],
    ['http://100.100.100.200/', false, false],
    ['http://168.63.129.16/', false, false],
    ['http://224.0.0.1/', false, false],
    ['http://[ff02::1]/', false, false],
    ['http://255.255.255.255/', false, false],
    ['http://metadata.google.internal/', false, false],
    ['http://METADATA.google.internal./', false, false],
    ['http://10.0.0.1/', true, true],
    ['http://192.168.1.1/', true, true],
    ['http://172.16.0.1/', true, true],
    ['http://[fd00::1]/', true, true],
    ['http://93.184.216.34/', true, true],
    ['http://[2606:2800:220:1::1]/', true, true],
    ['https://app.example/', true, true],
    ['ftp://93.184.216.34/', false, false],
    ['file:///etc/passwd', false, false],
  ];
  for (const [url, publicly, locally] of LITERALS) {
    it(`${publicly ? 'allows' : 'denies'} ${url}, and ${locally ? 'allows' : 'denies'} it in a local installation`, () => {
      assert.deepEqual(
        [urlAllowed(PUBLIC, new URL(url)), urlAllowed(LOCAL, new URL(url))],
        [publicly, locally],
      );
    });
  }

  it('lets this Legwork ask itself, at its own port alone', () => {
    const egress = createEgress({
      allow: [],
      deny: [],
      denyLoopback: true,
      ownOrigin: 'http://127.0.0.1:8080',
    });
    const allowed = (url: string) => urlAllowed(egress, new URL(url));
    assert.deepEqual(
      ['http://127.0.0.1:8080/demo/hello', 'http://127.0.0.1:8088/ari', 'http://127.0.0.1/'].map(allowed),
      [true, false, false],
    );
  });

  it('checks the addresses that a name resolves to', async () => {
    assert.equal(await reaches(PUBLIC, 'evil.example', '127.0.0.1'), 'EgressDenied');
    assert.equal(await reaches(PUBLIC, 'localhost.', '127.0.0.1', '::1'), 'EgressDenied');
    assert.equal(await reaches(PUBLIC, 'evil.example', 'fe80::1%2'), 'EgressDenied');
    assert.equal(await reaches(PUBLIC, 'evil.example', 'not an address'), 'EgressDenied');
    assert.deepEqual(await reaches(PUBLIC, 'app.example', '93.184.216.34'), ['93.184.216.34']);
  });

  it('connects only to the allowed ones of several addresses', async () => {
    assert.deepEqual(await reaches(PUBLIC, 'app.example', '169.254.169.254', '10.0.0.1'), ['10.0.0.1']);
  });

  it('lets WEBHOOK_ALLOW beat every denial, by network, address and name', async () => {
    const egress = createEgress({
      allow: ['127.0.0.2', '169.254.0.0/24', 'intern.example', '*.corp.example'],
      deny: ['10.0.0.0/8', 'intern.example'],
      denyLoopback: true,
    });
    assert.ok(urlAllowed(egress, new URL('http://127.0.0.2/')));
    assert.ok(urlAllowed(egress, new URL('http://[::ffff:127.0.0.2]/')));
    assert.ok(!urlAllowed(egress, new URL('http://127.0.0.1/')));
    assert.ok(urlAllowed(egress, new URL('http://169.254.0.7/')));
    assert.ok(!urlAllowed(egress, new URL('http://169.254.169.254/')));
    assert.deepEqual(await reaches(egress, 'Intern.example.', '10.0.0.1'), ['10.0.0.1']);
    assert.deepEqual(await reaches(egress, 'a.corp.example', '127.0.0.1'), ['127.0.0.1']);
    assert.equal(await reaches(egress, 'corp.example', '127.0.0.1'), 'EgressDenied');
  });

  it('keeps the built-in denials when WEBHOOK_DENY adds some', async () => {
    const egress = createEgress({ allow: [], deny: ['10.0.0.0/8', 'bad.example'], denyLoopback: false });
    assert.ok(!urlAllowed(egress, new URL('http://10.1.2.3/')));
    assert.ok(!urlAllowed(egress, new URL('http://[::ffff:10.1.2.3]/')));
    assert.ok(!urlAllowed(egress, new URL('http://169.254.169.254/')));
    assert.equal(await reaches(egress, 'bad.example', '93.184.216.34'), 'EgressDenied');
  });

  it('tells what can stand in the settings', () => {
    const good = ['10.0.0.0/8', 'fd00::/8', '10.0.0.1', '::1', 'app.example', '*.app.example', 'db'];
    const bad = ['', '10.0.0.0/33', '10.0.0', '300.1.1.1', 'a b', 'http://a', '*', 'a/8', '10.0.0.1:80'];
    assert.deepEqual([...good, ...bad].filter(isEgressRule), good);
    assert.throws(() => createEgress({ allow: ['a b'], deny: [], denyLoopback: false }), RangeError);
  });
});

describe('a local installation', () => {
  it('is one that listens on loopback', () => {
    const hosts = [
      '127.0.0.1',
      '127.1.2.3',
      'localhost',
      '::1',
      '[::1]',
      '0.0.0.0',
      '::',
      '10.0.0.1',
      'a.example',
    ];
    assert.deepEqual(hosts.filter(isLoopback), ['127.0.0.1', '127.1.2.3', 'localhost', '::1', '[::1]']);
  });
});
