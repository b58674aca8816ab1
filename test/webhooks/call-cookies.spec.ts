import assert from 'node:assert/strict';
import { CallCookies } from '../../src/webhooks/call-cookies.ts';

const VOICE = 'http://app.test/voice';

describe('The cookies of a call', () => {
  let cookies: CallCookies;
  beforeEach(() => {
    cookies = new CallCookies();
  });

  const sent = (...urls: readonly string[]) => urls.map((url) => cookies.headerFor(url));

  it('are sent back to where they came from', () => {
    cookies.set(VOICE, ['PHPSESSID=abc123; path=/', 'step=1; Path=/; HttpOnly']);
    assert.deepEqual(sent(VOICE, 'http://app.test/menu?x=1', 'http://u:p@app.test/'), [
      'PHPSESSID=abc123; step=1',
      'PHPSESSID=abc123; step=1',
      'PHPSESSID=abc123; step=1',
    ]);
  });

  it('never go to another host, another port or another scheme', () => {
    cookies.set('https://app.example.com/', ['a=1', 'b=2; Domain=example.com', 'c=3; Domain=.example.com']);
    assert.deepEqual(
      sent(
        'https://app.example.com/x',
        'https://example.com/',
        'https://other.example.com/',
        'https://x.app.example.com/',
        'https://app.example.com:8443/',
        'http://app.example.com/',
        'https://app.example.org/',
      ),
      ['a=1; b=2; c=3', undefined, undefined, undefined, undefined, undefined, undefined],
    );
  });

  it('cannot be set for another host', () => {
    cookies.set('https://app.example.com/', [
      'a=1; Domain=example.org',
      'b=2; Domain=com',
      'c=3; Domain=other.example.com',
      'd=4; Domain=b.app.example.com',
    ]);
    assert.equal(cookies.kept(), undefined);
  });

  it('work at an address and at localhost', () => {
    for (const url of [
      'http://127.0.0.1:3000/voice',
      'http://localhost:3000/voice',
      'http://[::1]:3000/voice',
    ]) {
      cookies.set(url, ['sid=1; Path=/; SameSite=Lax']);
    }
    assert.deepEqual(
      sent(
        'http://127.0.0.1:3000/',
        'http://localhost:3000/',
        'http://[::1]:3000/',
        'http://localhost:3001/',
      ),
      ['sid=1', 'sid=1', 'sid=1', undefined],
    );
  });

  it('keep to their path, and to https when they are Secure', () => {
    cookies.set('https://app.test/ivr/voice', ['a=1', 'b=2; Path=/', 'c=3; Path=/ivr; Secure']);
    cookies.set('http://app.test/ivr/voice', ['d=4; Path=/; Secure']);
    assert.deepEqual(
      sent('https://app.test/ivr/menu', 'https://app.test/other', 'http://app.test/ivr/menu'),
      ['a=1; c=3; b=2', 'b=2', undefined],
    );
  });

  it('are changed, taken away, and forgotten when they are over', () => {
    cookies.set(VOICE, ['a=1; Path=/', 'b=2; Path=/', 'c=3; Path=/']);
    cookies.set(VOICE, [
      'a=9; Path=/',
      'b=; Path=/; Max-Age=0',
      'c=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    ]);
    assert.equal(cookies.headerFor(VOICE), 'a=9');
  });

  it('go on after they were kept as JSON', () => {
    cookies.set(VOICE, ['a=1; Path=/; Max-Age=3600', 'b=2; Path=/menu']);
    cookies.set('http://other.test/', ['a=3']);
    const kept: unknown = JSON.parse(JSON.stringify(cookies.kept()));
    cookies = new CallCookies(kept);
    assert.deepEqual(sent(VOICE, 'http://app.test/menu', 'http://other.test/', 'http://third.test/'), [
      'a=1',
      'b=2; a=1',
      'a=3',
      undefined,
    ]);
    cookies.set(VOICE, ['a=5; Path=/']);
    assert.equal(cookies.headerFor(VOICE), 'a=5');
  });

  it('are nothing to keep when there are none', () => {
    cookies.set(VOICE, []);
    assert.deepEqual([cookies.headerFor(VOICE), cookies.kept()], [undefined, undefined]);
  });

  it('are fifty at most, the oldest go', () => {
    const names = Array.from({ length: 60 }, (_, index) => `n${index}`);
    for (const name of names) cookies.set(VOICE, [`${name}=1; Path=/`]);
    assert.equal(
      cookies.headerFor(VOICE),
      names
        .slice(10)
        .map((name) => `${name}=1`)
        .join('; '),
    );
  });

  it('take 16 KiB at most, from all hosts together', () => {
    for (let host = 0; host < 20; host += 1) {
      cookies.set(`http://h${host}.test/`, [`a=${'x'.repeat(3000)}`, `b=${'x'.repeat(5000)}`]);
    }
    assert.ok(JSON.stringify(cookies.kept()).length <= 17_000);
    assert.deepEqual(
      sent('http://h19.test/', 'http://h0.test/').map((header) => header?.length),
      [3002, undefined],
    );
  });

  it('survive whatever a server sends', () => {
    const odd = [
      '',
      '=',
      ';',
      'novalue',
      '=x',
      'a b=c',
      'a=b\u0000c',
      'é=ü',
      '__Host-a=1; Domain=app.test',
      'ok=1',
    ];
    cookies.set(VOICE, odd);
    assert.match(cookies.headerFor(VOICE) ?? '', /(^|; )ok=1$/);
    assert.doesNotMatch(cookies.headerFor(VOICE) ?? '', /[^\x20-\x7e\xe9\xfc]/);
    assert.deepEqual(new CallCookies({ 'http://app.test': ['nonsense', 1, null] }).kept(), undefined);
  });
});
