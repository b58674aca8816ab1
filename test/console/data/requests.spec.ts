import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compare } from '../../../src/console/data/compare.ts';
import { pairsOf, requestCurl, restCurl, signedText } from '../../../src/console/data/curl.ts';
import { hostOf, httpLink, pathOf } from '../../../src/console/data/http-link.ts';
import { rcmlLines, rcmlTokens } from '../../../src/console/data/rcml-tokens.ts';
import { replyWords } from '../../../src/console/data/reply-words.ts';
import { documentLine } from '../../support/shown-family.ts';

describe('A curl line', () => {
  it('of REST takes the token from the shell', () => {
    assert.equal(
      restCurl({ method: 'GET', url: 'http://h/Calls.json?Status=busy' }),
      `curl -u "$ACCOUNT_SID:$AUTH_TOKEN" 'http://h/Calls.json?Status=busy'`,
    );
    assert.equal(
      restCurl({ method: 'POST', url: 'http://h/Calls', form: { To: '+1' } }),
      `curl -u "$ACCOUNT_SID:$AUTH_TOKEN" 'http://h/Calls' \\\n  --data-urlencode 'To=+1'`,
    );
    assert.equal(
      restCurl({ method: 'DELETE', url: 'http://h/x' }),
      `curl -u "$ACCOUNT_SID:$AUTH_TOKEN" -X DELETE 'http://h/x'`,
    );
  });

  it('of a request asks an application server the same', () => {
    assert.equal(
      requestCurl('POST', 'http://app/voice', { From: "o'neil", Tag: ['a', 'b'] }),
      `curl 'http://app/voice' \\\n  --data-urlencode 'From=o'\\''neil' \\\n  --data-urlencode 'Tag=a' \\\n  --data-urlencode 'Tag=b'`,
    );
    assert.equal(requestCurl('GET', 'http://app/voice?From=1', {}), `curl 'http://app/voice?From=1'`);
  });

  it('leads nobody out of its quotes', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const line = requestCurl('POST', 'http://app/', { A: value });
        const word = line.slice(line.indexOf("'A=") + 1, -1).replaceAll(`'\\''`, '');
        assert.ok(!word.includes("'"));
      }),
    );
  });
});

describe('The text that is signed', () => {
  it('is the URL, and of a POST each name with its value in order', () => {
    assert.equal(
      signedText('POST', 'http://app/voice', { To: '1', CallSid: 'CA', From: 'a' }),
      'http://app/voiceCallSidCAFromaTo1',
    );
    assert.equal(signedText('POST', 'http://app/', { A: ['2', '1', '2'] }), 'http://app/A1A2');
    assert.equal(signedText('GET', 'http://app/?a=1', { a: '1' }), 'http://app/?a=1');
  });
});

describe('An address in a text', () => {
  it('is a link only when it is plainly http or https', () => {
    assert.equal(httpLink('http://app:3000/voice'), 'http://app:3000/voice');
    for (const text of [
      'javascript:alert(1)',
      ' http://a',
      'data:text/html,x',
      'java\nscript:x',
      'ftp://a',
      '//a',
      'http://',
      'bob',
    ]) {
      assert.equal(httpLink(text), undefined, text);
    }
  });

  it('has a host and a path', () => {
    assert.deepEqual(
      [hostOf('http://app:3000/a?b=1'), pathOf('http://app:3000/a?b=1')],
      ['app:3000', '/a?b=1'],
    );
    assert.deepEqual([hostOf('(not an HTTP URL)'), pathOf('x')], ['(not an HTTP URL)', 'x']);
  });
});

describe('A document in few words', () => {
  it('names its verbs, and whom it dials', () => {
    const words = (inside: string) => replyWords(`<?xml version="1.0"?><Response>${inside}</Response>`);
    assert.equal(words('<Dial action="/a>b"><Client>bob</Client></Dial>'), 'Dial bob');
    assert.equal(words('<Dial>+1555</Dial>'), 'Dial +1555');
    assert.equal(words('<Dial><Client>bob</Client><Number>+1</Number></Dial>'), 'Dial bob + +1');
    assert.equal(words('<Gather><Say>Press</Say></Gather><Hangup/>'), 'Gather, Hangup');
    assert.equal(words('<!-- <Say>no</Say> --><Pause/>'), 'Pause');
    assert.equal(words(''), 'nothing more');
    assert.equal(replyWords('<Response/>'), 'nothing more');
    assert.equal(replyWords(''), 'nothing more');
    assert.equal(replyWords('{"error": true}'), 'no RCML');
  });

  it('reads what is cut off or broken', () => {
    assert.equal(replyWords('<Response><Say>Hello</Say><Dial><Client>bo'), 'Say, Dial bo');
    fc.assert(fc.property(fc.string(), (text) => replyWords(text).length <= 60));
  });
});

describe('The colours of a document', () => {
  it('change nothing of it', () => {
    const part = fc.constantFrom(
      '<Say',
      ' a="1"',
      "b='",
      '>',
      '</Say>',
      '<!--',
      '-->',
      'text',
      '"',
      '<![CDATA[',
      ']]>',
      '\n',
      '<',
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const text = parts.join('');
        assert.equal(
          rcmlTokens(text)
            .map((token) => token.text)
            .join(''),
          text,
        );
      }),
    );
  });

  it('tell tags, attributes and texts apart, line by line', () => {
    assert.deepEqual(rcmlLines('<Dial action="/a">\n  bob</Dial>'), [
      [
        { kind: 'tag', text: '<Dial ' },
        { kind: 'name', text: 'action' },
        { kind: 'tag', text: '=' },
        { kind: 'value', text: '"/a"' },
        { kind: 'tag', text: '>' },
      ],
      [
        { kind: 'text', text: '  bob' },
        { kind: 'tag', text: '</Dial>' },
      ],
    ]);
  });
});

describe('Two requests compared', () => {
  it('differ in time and in parameters, those that differ first', () => {
    const one = documentLine(100, { parameters: { CallSid: 'CA1', DialCallStatus: 'busy' } });
    const other = documentLine(2600, {
      parameters: { CallSid: 'CA1', DialCallStatus: 'completed', DialBridged: 'true' },
    });
    assert.deepEqual(compare(one, other), {
      apartMs: 2500,
      parameters: [
        { name: 'DialCallStatus', one: 'busy', other: 'completed', isSame: false },
        { name: 'DialBridged', one: undefined, other: 'true', isSame: false },
        { name: 'CallSid', one: 'CA1', other: 'CA1', isSame: true },
      ],
    });
  });

  it('has each value of a repeated parameter', () => {
    assert.deepEqual(pairsOf({ A: ['1', '2'], B: 3 }), [
      ['A', '1'],
      ['A', '2'],
      ['B', '3'],
    ]);
  });
});
