import assert from 'node:assert/strict';
import { readSipAddress, type SipAddress, splitSipHeaders } from '../../../src/call/routing/sip-address.ts';

const address = (uri: string, user: string, host: string, more: Partial<SipAddress> = {}): SipAddress => ({
  uri,
  user,
  host,
  parameters: '',
  ...more,
});

const READ: readonly (readonly [written: string, address: SipAddress])[] = [
  ['sip:bob@example.com', address('sip:bob@example.com', 'bob', 'example.com')],
  ['bob@example.com', address('sip:bob@example.com', 'bob', 'example.com')],
  [' SIP:bob@Example.com ', address('sip:bob@Example.com', 'bob', 'Example.com')],
  ['sip:bob@192.0.2.1:5080', address('sip:bob@192.0.2.1:5080', 'bob', '192.0.2.1', { port: 5080 })],
  [
    'sip:bob@pbx:5070;transport=TCP;user=phone',
    address('sip:bob@pbx:5070;transport=TCP;user=phone', 'bob', 'pbx', {
      port: 5070,
      parameters: ';transport=TCP;user=phone',
    }),
  ],
  ['sips:bob@pbx', address('sip:bob@pbx;transport=tls', 'bob', 'pbx', { parameters: ';transport=tls' })],
  [
    'sips:bob@pbx:5071;user=phone',
    address('sip:bob@pbx:5071;user=phone;transport=tls', 'bob', 'pbx', {
      port: 5071,
      parameters: ';user=phone;transport=tls',
    }),
  ],
  [
    'bob@pbx;transport=tls',
    address('sip:bob@pbx;transport=tls', 'bob', 'pbx', { parameters: ';transport=tls' }),
  ],
  ['sip:bob@my_pbx_1', address('sip:bob@my_pbx_1', 'bob', 'my_pbx_1')],
  [
    'sip:bob@[2001:db8::1]:5060',
    address('sip:bob@[2001:db8::1]:5060', 'bob', '[2001:db8::1]', { port: 5060 }),
  ],
  ["sip:o'neil@h", address("sip:o'neil@h", "o'neil", 'h')],
  ['sip:a/b@h', address('sip:a/b@h', 'a/b', 'h')],
  ['sip:a&b,c?d@h', address('sip:a&b,c?d@h', 'a&b,c?d', 'h')],
  ['sip:J%C3%B6rg@h', address('sip:J%C3%B6rg@h', 'J%C3%B6rg', 'h')],
  ['sip:a%40b@h', address('sip:a%40b@h', 'a%40b', 'h')],
  ['sip:*43#@h', address('sip:*43#@h', '*43#', 'h')],
  ['sip:+1555;phone-context=+49@h', address('sip:+1555;phone-context=+49@h', '+1555;phone-context=+49', 'h')],
  // An unencoded plus is a blank when it arrives.
  ['sip: 1555@h', address('sip:+1555@h', '+1555', 'h')],
  ["sip:b@h;x=a'b/c&d", address("sip:b@h;x=a'b/c&d", 'b', 'h', { parameters: ";x=a'b/c&d" })],
];

const NOBODY = 'names nobody: it must be sip:user@host';
const USER =
  'has a user part that no SIP address can have; other characters are written as % and two hex digits';
const HOST = 'has no host name or IP address after its @';
const PORT = 'has a bad port: it must be 1 to 65535';
const PARAMETERS = 'has parameters that no SIP address can have';
const TRANSPORT = 'asks for a transport that this installation does not have: write udp, tcp or tls';

const REFUSED: readonly (readonly [written: string, why: string])[] = [
  ['', NOBODY],
  ['sip:', NOBODY],
  ['sip:example.com', NOBODY],
  ['sip:@example.com', NOBODY],
  ['tel:+4930', NOBODY],
  ['sips:bob@h;transport=tcp', 'is sips:, which goes by TLS: leave its transport out'],
  ['sip:bob:secret@h', 'has a colon in its user part, where no password is allowed'],
  ['sip:a b@h', USER],
  ['sip:a"b@h', USER],
  ['sip:a\r\nX-Evil: 1@h', 'has a colon in its user part, where no password is allowed'],
  ['sip:a\u0000@h', USER],
  ['sip:a%0d%0ab@h', USER],
  ['sip:a%zz@h', USER],
  ['sip:Jörg@h', USER],
  ['<sip:bob@h>', 'has a colon in its user part, where no password is allowed'],
  ['sip:bob@', HOST],
  ['sip:bob@-h', HOST],
  ['sip:bob@h/x', HOST],
  ['sip:bob@host name', HOST],
  ['sip:bob@h\r\nX-Evil', HOST],
  ['sip:bob@300.1.1.1', HOST],
  ['sip:bob@1.2', HOST],
  ['sip:bob@0x7f000001', HOST],
  ['sip:bob@1.2.3.4.', HOST],
  ['sip:bob@[::1', HOST],
  ['sip:bob@[:::1]', HOST],
  ['sip:bob@h:', PORT],
  ['sip:bob@h:0', PORT],
  ['sip:bob@h:70000', PORT],
  ['sip:bob@h:5o60', PORT],
  ['sip:bob@h;"', PARAMETERS],
  ['sip:bob@h;x=%0a', PARAMETERS],
  ['sip:bob@h;', PARAMETERS],
  ['sip:bob@h;m%61ddr=192.0.2.1', PARAMETERS],
  ['sip:bob@h;transport=udp;Transport=tcp', PARAMETERS],
  ['sip:bob@h;transport=%74cp', TRANSPORT],
  ['sip:bob@h;transport=ws', TRANSPORT],
  [`sip:${'b'.repeat(250)}@h`, 'is longer than 255 characters'],
  [`a@${'a.'.repeat(30_000)};`, 'is longer than 255 characters'],
];

describe('A SIP address', () => {
  for (const [written, read] of READ) {
    it(`is read: ${JSON.stringify(written)}`, () => {
      assert.deepEqual(readSipAddress(written), { ok: true, address: read });
    });
  }
  for (const [written, why] of REFUSED) {
    it(`is refused with its reason: ${JSON.stringify(written.slice(0, 60))}`, () => {
      assert.deepEqual(readSipAddress(written), { ok: false, why });
    });
  }
});

describe('SIP headers behind an address', () => {
  it('stand behind its question mark, not behind one of its user part', () => {
    assert.deepEqual(splitSipHeaders('sip:a?b@h?X-A=1&b_c.d=x%20y&x-e=&=1&X A=1&X-L=%0a&X-P=%'), {
      address: 'sip:a?b@h',
      headers: [
        ['X-A', '1'],
        ['X-b_c.d', 'x y'],
        ['x-e', ''],
      ],
      bad: ['=1', 'X A=1', 'X-L=%0a', 'X-P=%'],
    });
  });
  it('are none where there is no question mark', () => {
    assert.deepEqual(splitSipHeaders('+1555'), { address: '+1555', headers: [], bad: [] });
  });
});
