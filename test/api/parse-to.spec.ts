import assert from 'node:assert/strict';
import { parseTo, type ParsedTo } from '../../src/api/calls/parse-to.ts';

type Callee = Extract<ParsedTo, { ok: true }>['callee'];

const client = (name: string): Callee => ({ kind: 'client', name });
const number = (text: string): Callee => ({ kind: 'number', number: text });
const sip = (uri: string): Callee => ({ kind: 'sip', uri });

const GOOD: readonly (readonly [written: string, callee: Callee])[] = [
  ['client:bob', client('bob')],
  ['Client:Bob', client('Bob')],
  ['client:bob.b-1_x', client('bob.b-1_x')],
  ['sip:bob@example.com', sip('sip:bob@example.com')],
  ['sips:bob@example.com', sip('sip:bob@example.com;transport=tls')],
  ['SIP:bob@example.com:5080;transport=tcp', sip('sip:bob@example.com:5080;transport=tcp')],
  ['bob@example.com', sip('sip:bob@example.com')],
  ['sip:bob@[2001:db8::1]:5060', sip('sip:bob@[2001:db8::1]:5060')],
  ['sip:+15551234567@192.0.2.1', sip('sip:+15551234567@192.0.2.1')],
  ['+15551234567', number('+15551234567')],
  ['15551234567', number('15551234567')],
  ['+1 (555) 123-45.67', number('+15551234567')],
  ['1000 ', number('1000')],
  // An unencoded plus is a blank when it arrives.
  [' 15551234567', number('+15551234567')],
  ['sip: 15551234567@192.0.2.1', sip('sip:+15551234567@192.0.2.1')],
  ['tel:+1-555-123-4567', number('+15551234567')],
  ["sip:o'neil@example.com", sip("sip:o'neil@example.com")],
  ['*43#', number('*43#')],
];

const BAD: readonly string[] = [
  '',
  'bob',
  'client:',
  'client:bob alice',
  'client:-bob',
  'client:bob&alice',
  'sip:example.com',
  'sips:bob@example.com;transport=udp',
  'sip:bob@',
  'sip:@example.com',
  'sip:bob@example.com:0',
  'sip:bob@example.com:70000',
  'sip:bob@example.com\r\nX-Evil: 1',
  'sip:bob alice@example.com',
  '+',
  `+${'5'.repeat(33)}`,
  'tel:+15551234567;ext=12',
  'sip:bob:secret@example.com',
  'sip:bob@example.com;transport=ws',
  '15551234567,1000',
];

describe('To of a REST call', () => {
  for (const [written, callee] of GOOD) {
    it(`reads ${JSON.stringify(written)} as a ${callee.kind}`, () => {
      assert.deepEqual(parseTo(written), { ok: true, callee, headers: [] });
    });
  }

  for (const written of BAD) {
    it(`refuses ${JSON.stringify(written)}`, () => {
      assert.equal(parseTo(written).ok, false);
    });
  }

  it('takes what follows the question mark as SIP headers, with X- in front', () => {
    assert.deepEqual(parseTo('client:bob?X-A=1&x-b=two%20words&Order=a=b&X-Empty='), {
      ok: true,
      callee: client('bob'),
      headers: [
        ['X-A', '1'],
        ['x-b', 'two words'],
        ['X-Order', 'a=b'],
        ['X-Empty', ''],
      ],
    });
  });

  it('takes headers behind numbers and SIP addresses, too', () => {
    assert.deepEqual(parseTo('+15551234567?X-A=1'), {
      ok: true,
      callee: number('+15551234567'),
      headers: [['X-A', '1']],
    });
    assert.deepEqual(parseTo('sip:bob@example.com;transport=tcp?X-A=1'), {
      ok: true,
      callee: sip('sip:bob@example.com;transport=tcp'),
      headers: [['X-A', '1']],
    });
  });

  for (const headers of [
    'X-A=1%0d%0aVia: x',
    'X A=1',
    'X-A=%',
    '=1',
    `X-A=${'x'.repeat(256)}`,
    'X-A=1&'.repeat(21),
  ]) {
    it(`refuses the headers ${JSON.stringify(headers.slice(0, 30))}`, () => {
      assert.equal(parseTo(`client:bob?${headers}`).ok, false);
    });
  }
});
