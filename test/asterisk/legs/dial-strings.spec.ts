import assert from 'node:assert/strict';
import { contactsOf, dialStringOf, inviteVariables } from '../../../src/asterisk/legs/dial-strings.ts';

const TRUNK = `TK${'0'.repeat(32)}`;

describe('A dial string', () => {
  for (const [uri, dial] of [
    ['sip:bob@example.org', 'PJSIP/rc-out/sip:bob@example.org'],
    ['sip:bob@example.org:5070;transport=tcp', 'PJSIP/rc-out/sip:bob@example.org:5070;transport=tcp'],
    // Asterisk sends the characters themselves again (test/live/stories/dial-sip-addresses.spec.ts).
    ["sip:o'neil@host", 'PJSIP/rc-out/sip:o%27neil@host'],
    ['sip:a/b@host', 'PJSIP/rc-out/sip:a%2Fb@host'],
    ['sip:a&b,c@host', 'PJSIP/rc-out/sip:a%26b%2Cc@host'],
    ['sip:*43#@host', 'PJSIP/rc-out/sip:*43%23@host'],
    ['sip:J%C3%B6rg@host', 'PJSIP/rc-out/sip:J%C3%B6rg@host'],
    ['sip:+1555;phone-context=h@host', 'PJSIP/rc-out/sip:+1555%3Bphone-context%3Dh@host'],
    ["sip:bob@host;x=a'b/c&d", 'PJSIP/rc-out/sip:bob@host;x=a%27b%2Fc%26d'],
    ['sips:bob@host', 'PJSIP/rc-out/sip:bob@host;transport=tls'],
    ['sip:bob@[2001:db8::1]:5060', 'PJSIP/rc-out/sip:bob@[2001:db8::1]:5060'],
  ] as const) {
    it(`is made for ${uri}`, () => assert.deepEqual(dialStringOf({ kind: 'sip', uri }), { dial }));
  }

  for (const uri of [
    '',
    'bob',
    'tel:+4930',
    'sip:',
    'sip:bob@',
    'sip:bob@host name',
    'sip:bob@host\r\nX-Evil: 1',
    'sip:bob@host\u0000',
    'sip:bob@host&PJSIP/alice',
    'sip:bob@host/n',
    'sip:"bob"@host',
    'sip:example.org',
    'sip:bob@host:0',
    'sip:bob@host:65536',
    'sip:bob@host?X-Evil=1',
    'sip:bob:password@host',
    'sip:bob@host^1',
    '<sip:bob@host>',
  ]) {
    it(`is refused for ${JSON.stringify(uri)}`, () =>
      assert.ok('refused' in dialStringOf({ kind: 'sip', uri })));
  }

  it('names the trunk behind the number', () => {
    assert.deepEqual(dialStringOf({ kind: 'trunk', trunkSid: TRUNK, number: '+4930*1#' }), {
      dial: `PJSIP/+4930*1#@${TRUNK}`,
    });
  });

  for (const number of ['', '1&2', '1@evil', '1/2', '1,2', '1 2', '1;x=y', '1\n2', '1'.repeat(65)]) {
    it(`is refused for the number ${JSON.stringify(number)}`, () => {
      assert.ok('refused' in dialStringOf({ kind: 'trunk', trunkSid: TRUNK, number }));
    });
  }

  it('is refused for what is no trunk', () => {
    assert.deepEqual(dialStringOf({ kind: 'trunk', trunkSid: 'rc-out', number: '1' }), {
      refused: 'no such trunk',
    });
  });
});

describe('The phones of a client', () => {
  it('are read from what Asterisk would dial', () => {
    assert.deepEqual(contactsOf('bob', 'PJSIP/bob/sip:bob@127.0.0.1:1&PJSIP/bob/sip:b@[::1]:2;x=a&b'), [
      { dial: 'PJSIP/bob/sip:bob@127.0.0.1:1', uri: 'sip:bob@127.0.0.1:1' },
      { dial: 'PJSIP/bob/sip:b@[::1]:2;x=a&b', uri: 'sip:b@[::1]:2;x=a&b' },
    ]);
  });

  it('are none when none is registered', () => assert.deepEqual(contactsOf('bob', ''), []));
});

describe('The variables of an INVITE', () => {
  it('carry the caller and our headers, each on one line', () => {
    const variables = inviteVariables({
      target: { kind: 'client', login: 'bob' },
      from: '+4930\r\nEvil: 1',
      callerName: 'Ann\tB',
      headers: [
        ['X-Foo', 'a, b'],
        ['X-Order_no.1', '7'],
        ['X-Line', 'a\r\nEvil: 1'],
        ['Contact', 'evil'],
        ['X-A,b)', 'evil'],
      ],
    });
    assert.deepEqual(variables, {
      'CONNECTEDLINE(num)': '+4930 Evil: 1',
      'CONNECTEDLINE(name)': 'Ann B',
      'PJSIP_HEADER(add,X-Foo)': 'a, b',
      'PJSIP_HEADER(add,X-Order_no.1)': '7',
      'PJSIP_HEADER(add,X-Line)': 'a Evil: 1',
    });
  });
});
