import assert from 'node:assert/strict';
import { lint } from '../../../src/rcml/lint/lint.ts';
import { nearestName } from '../../../src/rcml/lint/lint-nearest.ts';

const HERE = 'https://app.test/calls/voice.xml';

/** Each finding as `line:column level sentence`, with the suggestion behind it. */
function found(verbs: string, url: string | undefined = HERE): readonly string[] {
  const text = `<Response>${verbs}</Response>`;
  return lint({ text, contentType: '', ...(url === undefined ? {} : { url }) }).map(
    ({ line, column, level, message, didYouMean }) =>
      `${line}:${column} ${level} ${message}${didYouMean === undefined ? '' : ` → ${didYouMean}`}`,
  );
}

describe('The linter', () => {
  it('has nothing to say of a document without mistakes', () => {
    assert.deepEqual(
      found(
        '<Gather action="/pressed" numDigits="1"><Say>Press 1</Say></Gather><Redirect>/voice?again=1</Redirect>',
      ),
      [],
    );
  });

  it('says what the compiler says, with the names that are allowed', () => {
    const [finding, ...others] = lint({
      text: '<Response>\n  <Say vioce="man">x</Say></Response>',
      contentType: 'text/xml',
    });
    assert.deepEqual(others, []);
    assert.deepEqual(finding, {
      level: 'warning',
      errorCode: 12200,
      message: '<Say> has no attribute vioce; it is ignored.',
      line: 2,
      column: 3,
      element: 'Say',
      attribute: 'vioce',
      allowed: ['voice', 'language', 'loop'],
      didYouMean: 'voice',
    });
  });

  it('says of a number that it is none, and nothing of one that is only written for people', () => {
    const numbers = ['+1\u2011555\u20130100', 'tel:+1-555-0100', '+1 (555) 0100'];
    assert.deepEqual(found(`<Dial>${numbers.map((text) => `<Number>${text}</Number>`).join('')}</Dial>`), []);
    const why =
      'which is not a phone number of at most 32 digits, * and #, with or without a leading +: its leg fails.';
    assert.deepEqual(
      found('<Dial><Client>bob</Client><Number>1-800-FLOWERS</Number></Dial><Dial>carol</Dial>'),
      [`1:37 warning <Number> has "1-800-FLOWERS", ${why}`, `1:74 warning <Dial> has "carol", ${why}`],
    );
  });

  it('says why a SIP address cannot be dialled', () => {
    assert.deepEqual(found('<Dial><Client>bob</Client><Sip>sip:carol@h;transport=ws</Sip></Dial>'), [
      '1:37 warning <Sip> has "sip:carol@h;transport=ws" for a SIP address, which asks for a transport that this installation does not have: write udp, tcp or tls; it is dropped.',
    ]);
  });

  const refused: readonly (readonly [title: string, text: string, message: string])[] = [
    [
      'is not well-formed',
      '<Response><Say>x</Response>',
      '</Response> cannot close <Say>, which was opened on line 1, column 11.',
    ],
    ['has another root', '<response/>', 'The root element is <response>, it must be <Response>.'],
    ['has a DOCTYPE', '<!DOCTYPE a><Response/>', 'A DOCTYPE or other declaration is not allowed in RCML.'],
  ];
  for (const [title, text, message] of refused) {
    it(`says of a document that ${title} why it is refused`, () => {
      const findings = lint({ text, contentType: '' });
      assert.deepEqual(
        findings.map((finding) => [finding.level, finding.message]),
        [['error', message]],
      );
    });
  }

  const ofQueues: readonly (readonly [verbs: string, found: readonly string[]])[] = [
    ['<Say>x</Say><Leave/>', []],
    ['<Gather action="/a"/><Leave/>', []],
    [
      '<Dial>client:bob</Dial><Leave/>',
      [
        'warning <Leave> is skipped here: it runs only in a waitUrl document of <Enqueue>, which has no <Dial>.',
      ],
    ],
    ['<Enqueue action="/a" waitUrl="">support</Enqueue>', []],
    ['<Enqueue>support</Enqueue><Say>x</Say>', []],
    [
      '<Enqueue>support</Enqueue>',
      ['note <Enqueue> has no action and nothing after it: the call ends when the talk is over.'],
    ],
    ['<Enqueue action="/a"/>', ['warning <Enqueue> names no queue: nobody is put into a queue.']],
    [
      '<Enqueue action="/a">support</Enqueue><Say>x</Say>',
      ['warning <Say> can never run: the <Enqueue> on line 1 always goes on with its action.'],
    ],
  ];
  for (const [verbs, found] of ofQueues) {
    it(`finds ${found.length === 0 ? 'nothing' : 'something'} in ${verbs}`, () => {
      const findings = lint({ text: `<Response>${verbs}</Response>`, contentType: '', url: HERE });
      assert.deepEqual(
        findings.map(({ level, message }) => `${level} ${message.replace(/^Line \d+, column \d+: /, '')}`),
        found,
      );
    });
  }

  const unknown: readonly (readonly [verbs: string, didYouMean: string | undefined])[] = [
    ['<Sya>x</Sya>', 'Say'],
    ['<say>x</say>', 'Say'],
    ['<Dail>bob</Dail>', 'Dial'],
    ['<Recrod/>', 'Record'],
    ['<Wait/>', undefined],
    ['<Dial><Clinet>bob</Clinet><Client>bob</Client></Dial>', 'Client'],
    ['<Dial><Confrence>x</Confrence><Client>bob</Client></Dial>', 'Conference'],
    ['<Gather action="/a"><Dial>x</Dial></Gather>', undefined],
    ['<Gather action="/a" numdigits="1"/>', 'numDigits'],
    ['<Gather action="/a" finshOnKey="1"/>', 'finishOnKey'],
    ['<Dial><Client statusCalback="/x">bob</Client></Dial>', 'statusCallback'],
    ['<Dial><Conference waitURL="/x">a</Conference></Dial>', 'waitUrl'],
    ['<Pause seconds="1"/>', undefined],
  ];
  for (const [verbs, didYouMean] of unknown) {
    it(`suggests ${didYouMean ?? 'nothing'} for ${verbs}`, () => {
      const [finding] = lint({ text: `<Response>${verbs}</Response>`, contentType: '', url: HERE });
      assert.equal(finding?.didYouMean, didYouMean);
      assert(finding?.allowed !== undefined);
    });
  }

  it('does not offer what is not supported', () => {
    const [finding] = lint({ text: '<Response><Refer>x</Refer></Response>', contentType: '' });
    assert.equal(finding?.message, '<Refer> is not supported yet; it is skipped.');
    assert.equal(finding.allowed?.includes('Refer'), false);
  });

  it('takes the nearest of several names', () => {
    assert.equal(nearestName('actoin', ['action', 'method']), 'action');
    assert.equal(nearestName('Sip', ['Say', 'Sip', 'Uri']), 'Sip');
    assert.equal(
      nearestName('recordingStatusCallbackEvents', [
        'recordingStatusCallback',
        'recordingStatusCallbackEvent',
      ]),
      'recordingStatusCallbackEvent',
    );
    assert.equal(nearestName('x', ['loop']), undefined);
    assert.equal(nearestName('', ['loop']), undefined);
  });

  it('never shows a password, wherever it stands', () => {
    const verbs = `<Say voice="http://me:s3cret@a.test/\u0020${'x'.repeat(60)}">a</Say><Play>ftp://me:s3cret@a.test/a.wav</Play>
      <Dial action="http://me:s3cret@a.test/?a&b"><Sip password="s3cret">me:s3cret@h h</Sip><Sip>sip:me:s3cret@h h</Sip></Dial>`;
    for (const line of found(verbs)) assert(!line.includes('s3cr'), line);
  });
});

describe('The linter on verbs that never run', () => {
  const never = (verb: string, why: string, others = '') =>
    `1:0 warning <${verb}> can never run${others}: ${why}.`;
  const cases: readonly (readonly [verbs: string, finding: string | undefined])[] = [
    ['<Hangup/><Say>x</Say>', never('Say', 'the <Hangup> on line 1 hangs up')],
    [
      '<Hangup/><Say>x</Say><Pause/>',
      never('Say', 'the <Hangup> on line 1 hangs up', ', nor the verb after it'),
    ],
    [
      '<Hangup/><Say>x</Say><Pause/><Pause/>',
      never('Say', 'the <Hangup> on line 1 hangs up', ', nor the 2 verbs after it'),
    ],
    [
      '<Redirect>/x</Redirect><Say>x</Say>',
      never('Say', 'the <Redirect> on line 1 goes on with another document'),
    ],
    [
      '<Reject/><Say>x</Say>',
      never('Say', 'the <Reject> on line 1 rejects the call (it is skipped only on an outbound leg)'),
    ],
    [
      '<Say loop="0">x</Say><Hangup/>',
      never('Hangup', 'the <Say> on line 1 has loop="0" and goes on until the call ends'),
    ],
    [
      '<Play loop="0">/x.wav</Play><Hangup/>',
      never('Hangup', 'the <Play> on line 1 has loop="0" and goes on until the call ends'),
    ],
    [
      '<Record action="/x"/><Hangup/>',
      never('Hangup', 'the <Record> on line 1 always goes on with its action'),
    ],
    [
      '<Dial action="/x">client:bob</Dial><Hangup/>',
      never('Hangup', 'the <Dial> on line 1 always goes on with its action'),
    ],
    [
      '<Gather action="/x" actionOnEmptyResult="true"/><Hangup/>',
      never('Hangup', 'the <Gather> on line 1 always goes on with its action'),
    ],
    [
      '<Gather action="/x"><Say loop="0">x</Say><Pause/></Gather>',
      never('Pause', 'the <Say> on line 1 has loop="0" and goes on until the call ends'),
    ],
    [
      '<Say>x</Say><Reject/><Hangup/>',
      '1:0 warning <Reject> is skipped here: only <Pause> may come before it; by now the call is answered.',
    ],
    [
      '<Redirect>voice.xml</Redirect>',
      '1:0 warning <Redirect> leads to this same document; after 50 rounds the call is hung up.',
    ],
    ['<Gather/>', '1:0 warning <Gather> has no action, so nobody is told what was collected.'],
    ['<Record/><Hangup/>', undefined],
    ['<Dial>client:bob</Dial><Hangup/>', undefined],
    ['<Gather action="/x"/><Hangup/>', undefined],
    ['<Pause/><Reject/>', undefined],
    ['<Say>x</Say><Redirect>voice.xml</Redirect>', undefined],
    // The second one is skipped when the first was answered.
    ['<Dial>client:bob</Dial><Dial action="/x">client:carol</Dial><Hangup/>', undefined],
  ];
  for (const [verbs, finding] of cases) {
    it(`${finding === undefined ? 'is silent on' : 'warns of'} ${verbs}`, () => {
      const lines = found(verbs).map((line) => line.replace(/^1:\d+/, '1:0'));
      assert.deepEqual(lines, finding === undefined ? [] : [finding]);
    });
  }
});

describe('The linter on URLs', () => {
  const cases: readonly (readonly [url: string, finding: string | undefined])[] = [
    ['/done?a=1&amp;b=2', undefined],
    ['menu.xml', undefined],
    ['https://other.test/x', undefined],
    ['http://other.test/x', 'note <Redirect> has a URL that is http, while the document came over https.'],
    [
      'http://localhost:3000/x',
      'warning <Redirect> has a URL that names localhost:3000: for Legwork that is the machine on which Legwork runs.',
    ],
    [
      'http://127.0.0.1/x',
      'warning <Redirect> has a URL that names 127.0.0.1: for Legwork that is the machine on which Legwork runs.',
    ],
    [
      'http://[::1]:8/x',
      'warning <Redirect> has a URL that names [::1]:8: for Legwork that is the machine on which Legwork runs.',
    ],
    ['/a b', 'warning <Redirect> has a URL that has white space in it: a space is requested as %20.'],
    ['/a\\b', 'warning <Redirect> has a URL that has a \\ in it, which is requested as /.'],
    [
      '/a?b=1&amp;amp;c=2',
      'warning <Redirect> has a URL that still has "&amp;" in it: its & was escaped twice.',
    ],
    ['/a#b', 'warning <Redirect> has a URL that has a # in it: what follows it is never sent.'],
    ['/{{next}}', 'warning <Redirect> has a URL that looks like a template that was not filled in.'],
    ['https:x', 'warning <Redirect> has a URL that lacks // and is read as https://app.test/calls/x.'],
    ['//cdn.test/x', 'warning <Redirect> has a URL that begins with //, so it leads to the host cdn.test.'],
    [
      'www.example.com/x',
      'warning <Redirect> has a URL that lacks http:// or https:// in front: "www.example.com" is read as a path of the document\'s host.',
    ],
    [
      'https://u:p@other.test/',
      'note <Redirect> has a URL that sends user and password (https://***@other.test).',
    ],
  ];
  for (const [url, finding] of cases) {
    it(`${finding === undefined ? 'is silent on' : 'speaks of'} ${url}`, () => {
      const lines = found(`<Redirect>${url}</Redirect>`).map((line) => line.replace(/^1:\d+ /, ''));
      assert.deepEqual(lines, finding === undefined ? [] : [finding]);
    });
  }

  it('warns of a password that would be sent unencrypted, and of a document that is http itself says nothing', () => {
    assert.deepEqual(found('<Redirect>http://u:p@other.test/</Redirect>', 'http://app.test/'), [
      '1:11 warning <Redirect> has a URL that sends user and password unencrypted (http://***@other.test).',
    ]);
    assert.deepEqual(found('<Redirect>http://127.0.0.1/x</Redirect>', 'http://localhost/'), []);
  });

  it('says that localhost:3000/x is no URL, and why', () => {
    assert.deepEqual(found('<Dial action="localhost:3000/x">client:bob</Dial>'), [
      '1:11 warning <Dial> has action="localhost:3000/x"; allowed: an http or https URL; it is ignored.',
      '1:11 warning <Dial> has action, which lacks http:// or https:// in front.',
    ]);
  });

  it('notes a relative URL where nobody knows the URL of the document', () => {
    const text = '<Response><Play>a.wav</Play></Response>';
    assert.deepEqual(
      lint({ text, contentType: '' }).map(({ level, message }) => [level, message]),
      [
        [
          'note',
          "<Play> has a URL that is relative: it resolves against the document's own URL, which is not known here.",
        ],
      ],
    );
  });

  it('looks at every attribute that holds one', () => {
    const bad = '/a b';
    const verbs = `<Gather action="${bad}" partialResultCallback="${bad}"/>
      <Record action="${bad}" recordingStatusCallback="${bad}" transcribeCallback="${bad}"/>`;
    const nouns = `<Dial action="${bad}"><Client url="${bad}" statusCallback="${bad}">b</Client></Dial>
      <Dial><Conference waitUrl="${bad}" statusCallback="${bad}">r</Conference></Dial>`;
    const count = (document: string) => found(document).filter((line) => line.includes('white space')).length;
    assert.deepEqual([count(verbs), count(nouns)], [5, 5]);
  });

  it('warns of a method or events for a URL that is not there', () => {
    assert.deepEqual(found('<Dial method="GET"><Client statusCallbackEvent="ringing">bob</Client></Dial>'), [
      '1:11 warning <Dial> has method without action: it does nothing.',
      '1:30 warning <Client> has statusCallbackEvent without statusCallback: it does nothing.',
    ]);
    assert.deepEqual(found('<Redirect method="GET">/x</Redirect>'), []);
  });
});
