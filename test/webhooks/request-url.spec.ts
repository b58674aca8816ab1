import { withoutCredentials } from '../../src/call/shown-url.ts';
import assert from 'node:assert/strict';
import type { Parameters } from '../../src/call/request-parameters.ts';
import { basicAuthorization, redirected, withQuery } from '../../src/webhooks/request-url.ts';

describe('the query of a GET', () => {
  const CASES: readonly (readonly [url: string, parameters: Parameters, expected: string])[] = [
    ['http://a/v', [['To', 'bob']], 'http://a/v?To=bob'],
    ['http://a/v?', [['To', 'bob']], 'http://a/v?To=bob'],
    ['http://a/v?b=2&a=1', [['To', 'bob']], 'http://a/v?b=2&a=1&To=bob'],
    ['http://a/v?b=2&', [['To', 'bob']], 'http://a/v?b=2&To=bob'],
    ['http://a/v?x=a+b&y=%2b&Z&=', [['To', 'bob']], 'http://a/v?x=a+b&y=%2b&Z&=&To=bob'],
    ['http://a/v?To=alice', [['To', 'bob']], 'http://a/v?To=alice&To=bob'],
    ['http://a/v', [['From', '+1 2']], 'http://a/v?From=%2B1%202'],
    ['http://a/v?x=1', [], 'http://a/v?x=1'],
  ];
  for (const [url, parameters, expected] of CASES) {
    it(`makes ${expected}`, () => assert.equal(withQuery(new URL(url), parameters, false).href, expected));
  }

  it('does not repeat what a redirect carries on', () => {
    const to = new URL('http://a/new?To=bob&CallSid=CA1');
    const parameters: Parameters = [
      ['CallSid', 'CA1'],
      ['To', 'bob'],
      ['From', 'alice'],
    ];
    assert.equal(withQuery(to, parameters, true).href, 'http://a/new?To=bob&CallSid=CA1&From=alice');
  });
});

describe('user and password in a URL', () => {
  it('become basic authentication', () => {
    const encoded = Buffer.from('al ice:p:ä%').toString('base64');
    assert.equal(basicAuthorization(new URL('http://al%20ice:p:%C3%A4%25@a/')), `Basic ${encoded}`);
    assert.equal(basicAuthorization(new URL('http://a/')), undefined);
  });

  it('are not shown', () => {
    assert.equal(withoutCredentials('http://u:p@a/v?x=1'), 'http://a/v?x=1');
    assert.equal(withoutCredentials('u:p@a'), '(not an HTTP URL)');
    assert.equal(withoutCredentials('http://u:p@'), '(not an HTTP URL)');
  });

  it('go along with a redirect to the same origin only', () => {
    const from = new URL('http://u:p@a/v');
    assert.equal(redirected(from, '/w')?.href, 'http://u:p@a/w');
    assert.equal(redirected(from, 'http://a/w')?.href, 'http://u:p@a/w');
    assert.equal(redirected(from, 'http://b/w')?.href, 'http://b/w');
    assert.equal(redirected(from, 'https://a/w')?.href, 'https://a/w');
    assert.equal(redirected(from, 'http://x:y@a/w')?.href, 'http://x:y@a/w');
    assert.equal(redirected(from, 'http://'), undefined);
    assert.equal(redirected(from, undefined), undefined);
  });
});
