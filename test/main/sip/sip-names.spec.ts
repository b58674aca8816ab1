import assert from 'node:assert/strict';
import { type NameServers, SipNames } from '../../../src/main/sip/sip-names.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const SERVICES: Readonly<Record<string, Awaited<ReturnType<NameServers['services']>>>> = {
  '_sip._udp.carrier.example': [
    { name: 'second.carrier.example', port: 5070, priority: 20, weight: 0 },
    { name: 'first.carrier.example', port: 5060, priority: 10, weight: 0 },
  ],
  '_sips._tcp.safe.example': [{ name: '192.0.2.8', port: 5081, priority: 1, weight: 1 }],
  '_sip._tcp.modern.example': [{ name: '192.0.2.9', port: 5080, priority: 1, weight: 1 }],
};
const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  'first.carrier.example': ['192.0.2.1', '2001:db8::1'],
  'second.carrier.example': ['192.0.2.2'],
  'carrier.example': ['192.0.2.3'],
  'pbx.example': ['10.0.0.5'],
};

describe('A SIP request is sent', () => {
  let clock: FakeClock;
  let names: SipNames;
  let asked: string[];
  beforeEach(() => {
    clock = new FakeClock();
    asked = [];
    const find = async <T>(table: Readonly<Record<string, readonly T[]>>, name: string) => {
      asked.push(name);
      const found = table[name];
      if (found === undefined) throw new Error('ENOTFOUND');
      return found;
    };
    names = new SipNames(
      { services: (name) => find(SERVICES, name), addresses: (host) => find(ADDRESSES, host) },
      clock,
    );
  });

  it('to an address without asking anybody', async () => {
    const place = { address: '192.0.2.7', port: 5060, transport: 'udp' };
    assert.deepEqual(await names.find({ host: '192.0.2.7' }), [place]);
    assert.deepEqual(asked, []);
  });

  it('to the services of a name without a port, the smallest priority first', async () => {
    assert.deepEqual(await names.find({ host: 'carrier.example' }), [
      { address: '192.0.2.1', port: 5060, transport: 'udp' },
      { address: '2001:db8::1', port: 5060, transport: 'udp' },
      { address: '192.0.2.2', port: 5070, transport: 'udp' },
    ]);
  });

  it('by TCP where the name has a service for that alone', async () => {
    const place = { address: '192.0.2.9', port: 5080, transport: 'tcp' };
    assert.deepEqual(await names.find({ host: 'modern.example' }), [place]);
  });

  it('by TLS to its own services, else to port 5061', async () => {
    const tls = (host: string) => names.find({ host, transport: 'tls' });
    assert.deepEqual(await tls('safe.example'), [{ address: '192.0.2.8', port: 5081, transport: 'tls' }]);
    assert.deepEqual(await tls('pbx.example'), [{ address: '10.0.0.5', port: 5061, transport: 'tls' }]);
    assert.deepEqual(await tls('192.0.2.7'), [{ address: '192.0.2.7', port: 5061, transport: 'tls' }]);
  });

  it('to the addresses of a name with a port, or without services', async () => {
    const with5070 = await names.find({ host: 'carrier.example', port: 5070, transport: 'tcp' });
    assert.deepEqual(with5070, [{ address: '192.0.2.3', port: 5070, transport: 'tcp' }]);
    const plain = await names.find({ host: 'pbx.example' });
    assert.deepEqual(plain, [{ address: '10.0.0.5', port: 5060, transport: 'udp' }]);
  });

  it('nowhere when its name is nobody’s; it is asked for again after five seconds, others after thirty', async () => {
    for (const host of ['nobody.example', 'pbx.example']) await names.find({ host, port: 5060 });
    await clock.advance(4_999);
    assert.deepEqual(await names.find({ host: 'nobody.example', port: 5060 }), []);
    assert.deepEqual(asked, ['nobody.example', 'pbx.example']);
    await clock.advance(1);
    for (const host of ['nobody.example', 'pbx.example']) await names.find({ host, port: 5060 });
    assert.deepEqual(asked.slice(2), ['nobody.example']);
    await clock.advance(25_000);
    await names.find({ host: 'pbx.example', port: 5060 });
    assert.deepEqual(asked.slice(3), ['pbx.example']);
  });
});
