import assert from 'node:assert/strict';
import { messagesIn, readSipHead } from '../../../src/asterisk/sip-trace/sip-text.ts';
import { withoutSecrets } from '../../../src/asterisk/sip-trace/without-secrets.ts';

function message(headers: readonly string[], body = ''): string {
  return `${['INVITE sip:1000@192.0.2.9 SIP/2.0', ...headers].join('\r\n')}\r\n\r\n${body}`;
}

describe('A SIP message that is kept', () => {
  const CUT: readonly (readonly [what: string, header: string, kept: string])[] = [
    ['credentials', 'Authorization: Digest username="bob", response="abc"', 'Authorization: Digest ***'],
    ['credentials for a proxy', 'proxy-authorization : Digest x="y"', 'proxy-authorization: Digest ***'],
    ['a challenge', 'WWW-Authenticate: Digest realm="a", nonce="n"', 'WWW-Authenticate: Digest ***'],
    ["a proxy's challenge", 'Proxy-Authenticate: digest nonce="n"', 'Proxy-Authenticate: digest ***'],
    ['an answer to credentials', 'Authentication-Info: nextnonce="n"', 'Authentication-Info: ***'],
    ["a customer's token", 'X-Session-Token: s3cret', 'X-Session-Token: ***'],
    [
      'a password in an address',
      'Contact: <sip:bob:hunter2@192.0.2.1:5060>',
      'Contact: <sip:bob:***@192.0.2.1:5060>',
    ],
  ];
  for (const [what, header, kept] of CUT) {
    it(`has no more ${what}`, () => {
      assert.equal(
        withoutSecrets(message([header, 'Max-Forwards: 70'])),
        message([kept, 'Max-Forwards: 70']),
      );
    });
  }

  it('has no more credentials that go on in the next line', () => {
    const folded = message(['Authorization: Digest username="bob",', '  response="abc"', 'To: <sip:a@b>']);
    assert.equal(withoutSecrets(folded), message(['Authorization: Digest ***', 'To: <sip:a@b>']));
  });

  it('has no more keys of SRTP and ICE, and says how long it is now', () => {
    const sdp = [
      'v=0',
      'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj',
      'a=ice-ufrag:F7gI',
      'a=ice-pwd:x9cml/YzichV2+XlhiMu8g',
      'k=clear:s3cret',
      '',
    ].join('\r\n');
    const left =
      'v=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:***\r\na=ice-ufrag:F7gI\r\na=ice-pwd:***\r\nk=***\r\n';
    assert.equal(
      withoutSecrets(message(['Content-Type: application/sdp', `Content-Length: ${sdp.length}`], sdp)),
      message(['Content-Type: application/sdp', `Content-Length: ${left.length}`], left),
    );
  });

  it('has no more digits of an INFO, nor any other body that may hold anything', () => {
    for (const type of ['application/dtmf-relay', 'text/plain']) {
      const body = 'Signal=5\r\nDuration=160\r\n';
      assert.equal(
        withoutSecrets(message([`Content-Type: ${type}`, `l: ${body.length}`], body)),
        message([`Content-Type: ${type}`, 'l: 3'], '***'),
      );
    }
  });

  it('is otherwise as it was', () => {
    const plain = message([
      'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1',
      'From: "Zoë" <sip:a@b>',
      'Content-Length: 0',
    ]);
    assert.equal(withoutSecrets(plain), plain);
  });
});

describe('The head of a SIP message', () => {
  it('says the Call-ID, the method and the transport, also in short names', () => {
    assert.deepEqual(readSipHead(message(['v: SIP/2.0/TLS a', 'i: one@two', 'CSeq: 1 INVITE'])), {
      callId: 'one@two',
      method: 'INVITE',
      transport: 'tls',
    });
    const reply = 'SIP/2.0 200 OK\r\nCall-ID: x\r\nCSeq: 2  BYE\r\n\r\n';
    assert.deepEqual(readSipHead(reply), { callId: 'x', method: 'BYE', transport: undefined });
  });

  it('is none without them', () => {
    assert.equal(readSipHead('\r\n\r\n'), undefined);
    assert.equal(readSipHead(message(['CSeq: 1 INVITE'])), undefined);
    assert.equal(readSipHead('GET / HTTP/1.1\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\n\r\n'), undefined);
  });

  it('is found for each message that came over a stream at once', () => {
    const one = message(['Call-ID: a', 'CSeq: 1 INFO', 'Content-Length: 4'], 'abcd');
    const two = message(['Call-ID: b', 'CSeq: 2 INFO', 'l: 0']);
    assert.deepEqual(messagesIn(`\r\n\r\n${one}${two}`), [one, two]);
    const frame = message(['Call-ID: c', 'CSeq: 1 INVITE'], 'v=0\r\n\r\nm=audio');
    assert.deepEqual(messagesIn(frame), [frame]);
  });
});
