import assert from 'node:assert/strict';
import { readSipMessage } from '../../src/web-phones/sip-message.ts';
import { registerOf, sip } from '../support/sip-messages.ts';

const read = (text: string) => readSipMessage(Buffer.from(text));

describe('A SIP message of a browser', () => {
  it('is read: who sends it, to whom, with which password', () => {
    const message = registerOf({ credentials: 'tkabc' });
    const found = read(message);
    assert.ok(found?.kind === 'request');
    const { method, callId, cseq, fromUser, toUser, toTag, credentials, userAgent } = found;
    assert.deepEqual(
      { method, callId, cseq, fromUser, toUser, toTag, credentials, userAgent },
      {
        method: 'REGISTER',
        callId: 'c1',
        cseq: '1 REGISTER',
        fromUser: 'alice~web',
        toUser: 'alice~web',
        toTag: undefined,
        credentials: 'tkabc',
        userAgent: 'JsSIP 3.13.8',
      },
    );
  });

  it('may have compact names, a display name, escapes and a body', () => {
    const found = read(
      sip(
        [
          'INVITE sip:1000@legwork SIP/2.0',
          'f: "A \\"B\\" <x>" <sip:alice%7Eweb@h>;tag=1',
          't: sip:1000@h;tag=9',
          'i: c',
          'CSeq: 3 INVITE',
        ],
        'v=0\r\n\r\nü',
      ),
    );
    assert.ok(found?.kind === 'request');
    assert.deepEqual([found.fromUser, found.toUser, found.toTag], ['alice~web', '1000', '9']);
  });

  it('may be a reply', () => {
    const found = read(
      sip([
        'SIP/2.0 401 Unauthorized',
        'From: <sip:a~web@h>;tag=1',
        'To: <sip:a~web@h>;tag=2',
        'Call-ID: c',
        'CSeq: 1 REGISTER',
        'WWW-Authenticate: Digest realm="legwork",stale=true',
      ]),
    );
    assert.ok(found?.kind === 'response');
    assert.deepEqual([found.status, found.stale], [401, true]);
  });

  const good = registerOf();
  const wrong: Readonly<Record<string, string>> = {
    'is not SIP': 'GET / HTTP/1.1\r\n\r\n',
    'has no end of its headers': good.replace(/\r\n\r\n$/, '\r\n'),
    'has a second one behind it': good + good,
    'has a body that its Content-Length does not count':
      good.replace('Content-Length: 0', 'Content-Length: 4') + 'abcde',
    'has two Content-Lengths': good.replace('Content-Length: 0', 'Content-Length: 0\r\nl: 0'),
    'has two senders': good.replace('To:', 'f: <sip:carrier@h>;tag=2\r\nTo:'),
    'hides a sender in a folded line': good.replace('To:', ' <sip:carrier@h>\r\nTo:'),
    'hides a sender behind a bare line feed': good.replace('tag=1', 'tag=1\nFrom: <sip:carrier@h>;tag=2'),
    'hides a sender behind a bare carriage return': good.replace('tag=1', 'tag=1\rFrom: <sip:carrier@h>'),
    'has a NUL': good.replace('alice', 'alice\0'),
    'has two addresses in From': good.replace('From: <', 'From: sip:carrier@h <'),
    'has another scheme in From': good.replace('From: <sip:', 'From: <tel:'),
    'has no From': good.replace(/From:[^\r]*\r\n/, ''),
    'counts another method': good.replace('1 REGISTER', '1 INVITE'),
    'has another version': good.replace('SIP/2.0\r\n', 'SIP/3.0\r\n'),
  };
  for (const [what, text] of Object.entries(wrong)) {
    it(`is refused when it ${what}`, () => assert.equal(read(text), undefined));
  }
});
