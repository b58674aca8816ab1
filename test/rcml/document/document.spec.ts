import assert from 'node:assert/strict';
import { compile } from '../../../src/rcml/document/compile.ts';
import { compileText, compileVerbs, DOCUMENT_URL, readVerbs, refusalOf } from '../../support/compile-rcml.ts';

const saying = (text: string) => ['Say', { text, voice: 'woman', language: 'en', loop: 1 }];

describe('A document', () => {
  const refused: readonly (readonly [title: string, text: string, errorCode: number, message: string])[] = [
    [
      'an element that is not closed',
      '<Response>\n  <Say>Hello\n',
      12100,
      'Line 2, column 3: <Say> is not closed.',
    ],
    [
      'elements that overlap',
      '<Response>\n <Dial><Client>bob</Dial></Client></Response>',
      12100,
      'Line 2, column 19: </Dial> cannot close <Client>, which was opened on line 2, column 8.',
    ],
    [
      'a closing tag too many',
      '<Response/></Response>',
      12100,
      'Line 1, column 12: </Response> closes nothing.',
    ],
    [
      'a bare < in a text',
      '<Response><Say>1 < 2</Say></Response>',
      12100,
      'Line 1, column 18: a tag name must follow "<"; the character itself is written &lt;.',
    ],
    [
      'a bare < in a value',
      '<Response><Say voice="<b>">x</Say></Response>',
      12100,
      'Line 1, column 23: in a value, "<" is written &lt;.',
    ],
    [
      'a tag without its end',
      '<Response><Say Hello</Say></Response>',
      12100,
      'Line 1, column 11: the tag <Say is not closed by ">".',
    ],
    [
      'an attribute without quotes',
      '<Response>\n<Say loop=2>x</Say></Response>',
      12100,
      "Line 2, column 6: Attribute 'loop' is without value.",
    ],
    [
      'an attribute given twice',
      '<Response><Say loop="1" loop="2">x</Say></Response>',
      12100,
      "Line 1, column 25: Attribute 'loop' is repeated.",
    ],
    [
      'a comment that is not closed',
      '<Response/>\n<!-- and',
      12100,
      'Line 2, column 1: the comment is not closed by -->.',
    ],
    [
      'two dashes in a comment',
      '<!-- a -- b --><Response/>',
      12100,
      'Line 1, column 8: a comment may not contain two dashes.',
    ],
    [
      'the end of a CDATA section that never began',
      '<Response><Say>a]]>b</Say></Response>',
      12100,
      'Line 1, column 17: "]]>" ends no CDATA section here.',
    ],
    [
      'a strange XML declaration',
      '<?xml encoding="UTF-8"?><Response/>',
      12100,
      'Line 1, column 1: the XML declaration must look like <?xml version="1.0" encoding="UTF-8"?>.',
    ],
    [
      'a processing instruction without a name',
      '<Response><? echo ?></Response>',
      12100,
      'Line 1, column 11: a name must follow "<?".',
    ],
    [
      'CDATA that is not closed',
      '<Response><Say><![CDATA[Hello</Say></Response>',
      12100,
      'Line 1, column 16: the CDATA section is not closed by ]]>.',
    ],
    [
      'anything before the XML declaration',
      '\n<?xml version="1.0"?><Response/>',
      12100,
      'Line 2, column 1: the XML declaration must be the very first thing, without white space or anything else before it.',
    ],
    [
      'text that is no XML',
      'Hello',
      12100,
      'Line 1, column 1: only white space may stand outside of <Response>.',
    ],
    [
      'text behind the root',
      '<Response/>Hello',
      12100,
      'Line 1, column 12: only white space may stand outside of <Response>.',
    ],
    [
      'a reference to a character that XML forbids',
      '<Response><Say>&#0;</Say></Response>',
      12100,
      'Line 1, column 16: &#0; is not a character that XML allows.',
    ],
    [
      'a control character',
      '<Response><Say>\u0007</Say></Response>',
      12100,
      'Line 1, column 16: a control character is not allowed in XML.',
    ],
    [
      'a DOCTYPE',
      '<!DOCTYPE r [<!ENTITY a "b">]>\n<Response/>',
      12100,
      'Line 1, column 1: a DOCTYPE or other declaration is not allowed in RCML.',
    ],
    [
      'another root',
      '<?xml version="1.0"?>\n<response/>',
      12102,
      'Line 2, column 1: the root element is <response>, it must be <Response>.',
    ],
    [
      'two roots',
      '<Response/>\n<Response/>',
      12100,
      'Line 2, column 1: there is a second root element, <Response>.',
    ],
    ['nothing but a comment', '<!-- later -->', 12102, 'Line 1, column 1: there is no <Response> element.'],
    [
      'elements nested deeper than 32',
      `<Response>\n${'<a>'.repeat(32)}${'</a>'.repeat(32)}</Response>`,
      12100,
      'Line 2, column 94: <a> is nested deeper than 32 elements.',
    ],
    [
      'more than 64 KiB, counted in UTF-8',
      `<Response><Say>${'é'.repeat(32 * 1024)}</Say></Response>`,
      11750,
      'Line 1, column 1: the document is longer than 64 KiB.',
    ],
  ];
  for (const [title, text, errorCode, message] of refused) {
    it(`with ${title} is refused with the place`, () => {
      const problem = refusalOf(text);
      assert.deepEqual([problem.level, problem.errorCode, problem.message], ['error', errorCode, message]);
    });
  }

  it('may be 32 elements deep and 64 KiB long', () => {
    const deep = `<Response>${'<a>'.repeat(31)}${'</a>'.repeat(31)}</Response>`;
    assert.equal(compileText(deep).warnings.length, 1);
    const frame = '<Response><Say></Say></Response>'.length;
    const long = `<Response><Say>${'x'.repeat(64 * 1024 - frame)}</Say></Response>`;
    assert.equal(compileText(long).verbs.length, 1);
  });

  it('means the same with a byte order mark, a declaration, comments and white space between its verbs', () => {
    const text = `\uFEFF<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- a --><Response>
      <!-- <Say>not me</Say> & --> <Say>Hello<!-- b --></Say> <?php echo ?>\r\n</Response>\n<!-- c -->\n`;
    const document = compileText(text);
    assert.deepEqual(
      document.verbs.map(({ name, value }) => [name, value]),
      [saying('Hello')],
    );
    assert.deepEqual(document.warnings, []);
  });

  it('has every reference decoded once', () => {
    const { verbs, warnings } = readVerbs(
      '<Say language="&quot;&#101;n&quot;">&amp;lt; &#x41;&#66;&apos; <![CDATA[<&amp;>]]></Say>',
    );
    assert.deepEqual(verbs, [
      ['Say', { text: "&lt; AB' <&amp;>", voice: 'woman', language: '"en"', loop: 1 }],
    ]);
    assert.deepEqual(warnings, []);
  });

  it('with a bare & in a URL works, and says where it stands', () => {
    const document = compileText(
      '<Response>\n  <Redirect>/next?a=1&b=2&c=3</Redirect><Hangup x="1"/></Response>',
    );
    assert.deepEqual(document.verbs[0]?.value, { url: 'http://app.test/next?a=1&b=2&c=3', method: 'POST' });
    assert.deepEqual(
      document.warnings.map(({ line, column, errorCode }) => [line, column, errorCode]),
      [
        [2, 22, 12100],
        [2, 26, 12100],
        [2, 41, 12200],
      ],
    );
    assert.equal(
      document.warnings[0]?.message,
      'Line 2, column 22: a bare "&" was read as "&amp;" (near " <Redirect>/next?a=1&b=2&c=3</Redirect><").',
    );
  });

  it('keeps the places of what follows a mended & in later mistakes', () => {
    assert.equal(
      refusalOf('<Response>\n<Say>a & b & c</Say><Play x="&" y>u</Play></Response>').message,
      "Line 2, column 33: boolean attribute 'y' is not allowed.",
    );
  });

  it('skips an unknown element with all that stands in it, and says so once', () => {
    const document = compileText(
      '<Response>\n <Robot x="1"><Say>no</Say></Robot>\n <Say>yes</Say>\n</Response>',
    );
    assert.deepEqual(
      document.verbs.map(({ name, line, column }) => [name, line, column]),
      [['Say', 3, 2]],
    );
    assert.deepEqual(document.warnings, [
      {
        level: 'warning',
        errorCode: 12200,
        message: 'Line 2, column 2: <Robot> is not known inside <Response>; it is skipped.',
        line: 2,
        column: 2,
        element: 'Robot',
      },
    ]);
  });

  it('has case-sensitive names, and says which one was meant', () => {
    assert.deepEqual(readVerbs('<say>x</say><Say Voice="man">y</Say>'), {
      verbs: [saying('y')],
      warnings: [
        '<say> is not known inside <Response> (names are case-sensitive: Say); it is skipped.',
        '<Say> has no attribute Voice (names are case-sensitive: voice); it is ignored.',
      ],
    });
  });

  it('lists every mistake, in the order of their places', () => {
    const document = compileText(
      '<Response a="1" xmlns="urn:x">text<Foo/>\n<Say loop="many" colour="red">x</Say>\n<Pause length="-1"/></Response>',
    );
    assert.deepEqual(
      document.warnings.map(({ line, column, element, attribute }) => [line, column, element, attribute]),
      [
        [1, 1, 'Response', 'a'],
        [1, 1, 'Response', undefined],
        [1, 35, 'Foo', undefined],
        [2, 1, 'Say', 'colour'],
        [2, 1, 'Say', 'loop'],
        [3, 1, 'Pause', 'length'],
      ],
    );
    assert.equal(
      document.warnings[4]?.message,
      'Line 2, column 1: <Say> has loop="many"; allowed: a whole number from 0 to 1000; the default is used instead.',
    );
  });

  it('with thousands of mistakes lists a hundred', () => {
    const { warnings } = compileVerbs('<x/>'.repeat(5000));
    assert.equal(warnings.length, 101);
    assert.equal(warnings.at(-1)?.message, 'There are more mistakes in this document; they are not listed.');
  });

  it('may use names that mean something to JavaScript', () => {
    const names = ['constructor', '__proto__', 'prototype', 'toString', 'hasOwnProperty'];
    for (const name of names) {
      const { verbs, warnings } = readVerbs(`<${name} ${name}="1"/><Say ${name}="1">x</Say>`);
      assert.deepEqual(verbs, [saying('x')]);
      assert.equal(warnings.length, 2, name);
    }
  });

  const types: readonly (readonly [contentType: string, verbs: readonly unknown[]])[] = [
    ['text/xml', [saying('x')]],
    ['application/xml', [saying('x')]],
    ['application/rcml+xml', [saying('x')]],
    ['text/html', [saying('x')]],
    ['', [saying('x')]],
    ['text/plain', [saying('<Response><Say>x</Say></Response>')]],
    ['audio/mpeg', [['Play', { url: DOCUMENT_URL, loop: 1 }]]],
  ];
  for (const [contentType, verbs] of types) {
    it(`of type ${contentType === '' ? '(none)' : contentType} is read as what it is`, () => {
      const document = compileText('<Response><Say>x</Say></Response>', contentType);
      assert.deepEqual(
        document.verbs.map(({ name, value }) => [name, value]),
        verbs,
      );
    });
  }

  it('of another type is refused', () => {
    const { errorCode, message } = refusalOf('{}', 'application/json');
    assert.deepEqual(
      [errorCode, message],
      [12300, 'Line 1, column 1: a reply of type application/json is not RCML; send it as text/xml.'],
    );
  });

  for (const [contentType, text] of [
    ['text/xml', ''],
    ['application/json', ' \n'],
    ['text/plain', ''],
    ['text/xml', '<Response/>'],
  ] as const) {
    it(`without content (${contentType}, ${JSON.stringify(text)}) has no verbs`, () => {
      assert.deepEqual(compileText(text, contentType), { verbs: [], warnings: [] });
    });
  }

  it('that was handed over as text has no relative URLs', () => {
    const source = { text: '<Response><Redirect>/x</Redirect></Response>', contentType: 'text/xml' };
    const { verbs, warnings } = compile(source);
    assert.deepEqual([verbs.length, warnings.length], [0, 1]);
  });
});
