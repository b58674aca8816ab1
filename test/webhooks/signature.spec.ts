import assert from 'node:assert/strict';
import twilio from 'twilio';
import type { Parameters } from '../../src/call/request-parameters.ts';
import { bare, formBody, withQuery } from '../../src/webhooks/request-url.ts';
import { sign } from '../../src/webhooks/signature.ts';

const TOKEN = '12345678901234567890123456789012';

/** What a body parser of the receiver makes of a form. */
function parsed(body: string): Record<string, string | string[]> {
  const result: Record<string, string | string[]> = {};
  const form = new URLSearchParams(body);
  for (const name of form.keys()) {
    const values = form.getAll(name);
    result[name] = values.length === 1 ? (values[0] ?? '') : values;
  }
  return result;
}

const POSTS: readonly (readonly [title: string, url: string, parameters: Parameters])[] = [
  [
    'plain parameters',
    'https://a.example/voice',
    [
      ['CallSid', 'CA1'],
      ['AccountSid', 'AC1'],
    ],
  ],
  ['a query', 'https://a.example/voice?b=2&a=1&a=0', [['To', '+15551234']]],
  ['a query in odd spelling', "https://a.example/v%6fice?x=a+b&y=%zz&z=it's&ü=ß", [['To', 'bob']]],
  [
    'other alphabets',
    'https://a.example/',
    [
      ['CallerName', 'Žofie 李 😀'],
      ['X', 'a&b=c d+e%'],
    ],
  ],
  [
    'empty values',
    'https://a.example/',
    [
      ['Digits', ''],
      ['CallSid', 'CA1'],
    ],
  ],
  ['no parameters', 'https://a.example/', []],
  ['a port', 'http://a.example:8080/voice', [['To', 'bob']]],
  ['the default port', 'https://a.example:443/voice', [['To', 'bob']]],
  [
    'upper and lower case names',
    'https://a.example/',
    [
      ['b', '1'],
      ['B', '2'],
      ['a', '3'],
      ['_', '4'],
    ],
  ],
  [
    'repeated names',
    'https://a.example/',
    [
      ['Event', 'z'],
      ['Event', 'a'],
      ['Event', 'z'],
      ['A', '1'],
    ],
  ],
  ['half a surrogate pair', 'https://a.example/', [['Name', 'x\ud800y']]],
  ['an IPv6 host', 'http://[2001:db8::1]:8080/voice', [['To', 'bob']]],
];

describe('the signature of a request', () => {
  for (const [title, url, parameters] of POSTS) {
    it(`is accepted by Twilio's validator for a POST with ${title}`, () => {
      const sent = bare(new URL(url));
      const signature = sign(TOKEN, sent.href, parameters);
      assert.ok(twilio.validateRequest(TOKEN, signature, sent.href, parsed(formBody(parameters))));
    });

    it(`is accepted by Twilio's validator for a GET with ${title}`, () => {
      const sent = withQuery(bare(new URL(url)), parameters, false);
      assert.ok(twilio.validateRequest(TOKEN, sign(TOKEN, sent.href, []), sent.href, {}));
    });
  }

  it('is that of the example in the specification of Twilio', () => {
    const parameters: Parameters = [
      ['Digits', '1234'],
      ['To', '+18005551212'],
      ['From', '+14158675310'],
      ['Caller', '+14158675310'],
      ['CallSid', 'CA1234567890ABCDE'],
    ];
    const url = 'https://example.com/myapp.php?foo=1&bar=2';
    assert.equal(sign('12345', url, parameters), 'L/OH5YylLD5NRKLltdqwSvS0BnU=');
  });

  it('leaves out user, password and fragment', () => {
    assert.equal(bare(new URL('https://u:p@a.example/v?x=1#ct=3')).href, 'https://a.example/v?x=1');
  });

  it('does not fit another token, URL or value', () => {
    const signature = sign(TOKEN, 'https://a.example/', [['To', 'bob']]);
    assert.ok(!twilio.validateRequest('other', signature, 'https://a.example/', { To: 'bob' }));
    assert.ok(!twilio.validateRequest(TOKEN, signature, 'https://b.example/', { To: 'bob' }));
    assert.ok(!twilio.validateRequest(TOKEN, signature, 'https://a.example/', { To: 'eve' }));
  });
});
