import assert from 'node:assert/strict';
import type { DialVerb } from '../../../../src/rcml/verbs/dial/types.ts';
import { compileVerbs, readVerbs } from '../../../support/compile-rcml.ts';

/** The only Dial of a document, without the places of its nouns. */
function readDial(rcml: string) {
  const { verbs, warnings } = readVerbs(rcml);
  assert.equal(verbs.length, 1);
  const [, value] = verbs[0] as readonly [string, DialVerb];
  return { ...value, nouns: value.nouns.map(({ line: _line, column: _column, ...noun }) => noun), warnings };
}

const noun = (kind: 'client' | 'number' | 'sip', address: string) => {
  if (kind === 'client') return { address: { kind, name: address }, headers: [] };
  if (kind === 'number') return { address: { kind, number: address }, headers: [] };
  return { address: { kind, uri: address }, headers: [] };
};
const DEFAULTS = {
  method: 'POST',
  timeoutS: 30,
  timeLimitS: 14_400,
  hangupOnStar: false,
  answerOnBridge: false,
  sequential: false,
};

describe('<Dial>', () => {
  const bodies: readonly (readonly [text: string, noun: ReturnType<typeof noun>])[] = [
    ['+1 555 0100', noun('number', '+15550100')],
    ['client:Bob', noun('client', 'Bob')],
    ['Client:bob', noun('client', 'bob')],
    ['bob@example.com', noun('sip', 'sip:bob@example.com')],
    ['sip:bob@example.com', noun('sip', 'sip:bob@example.com')],
  ];
  for (const [text, expected] of bodies) {
    it(`calls ${JSON.stringify(expected.address)} for the plain text "${text}"`, () => {
      assert.deepEqual(readDial(`<Dial> ${text}\n</Dial>`), { ...DEFAULTS, nouns: [expected], warnings: [] });
    });
  }

  it('rings several nouns, in the order of the document', () => {
    const rcml = `<Dial action="/done" method="GET" timeout="20" timeLimit="60" callerId="+1555" hangupOnStar="true"
      answerOnBridge="true" sequential="true">
      <Client> Bob </Client>
      <Number sendDigits="1w#">+15550100</Number>
      <Sip>sip:carol@10.0.0.1:5070;transport=tcp</Sip>
      <Uri>dave@[::1]</Uri>
    </Dial>`;
    assert.deepEqual(readDial(rcml), {
      action: 'http://app.test/done',
      method: 'GET',
      timeoutS: 20,
      timeLimitS: 60,
      callerId: '+1555',
      hangupOnStar: true,
      answerOnBridge: true,
      sequential: true,
      nouns: [
        noun('client', 'Bob'),
        { ...noun('number', '+15550100'), sendDigits: '1w#' },
        noun('sip', 'sip:carol@10.0.0.1:5070;transport=tcp'),
        noun('sip', 'sip:dave@[::1]'),
      ],
      warnings: [],
    });
  });

  it('reads the name and the parameters of a client from the elements inside', () => {
    const inside = '<Identity>Bob</Identity><Parameter name="order" value="17 &amp; 18"/>';
    const { nouns, warnings } = readDial(
      `<Dial><Client>${inside}<Parameter name="X-Line" value="2"/></Client></Dial>`,
    );
    const headers = [
      ['X-order', '17 & 18'],
      ['X-Line', '2'],
    ];
    assert.deepEqual([nouns, warnings], [[{ ...noun('client', 'Bob'), headers }], []]);
  });

  it('calls the addresses of a <Sip> one after the other, by priority and weight', () => {
    const uris =
      '<Uri>sip:c@h</Uri><Uri priority="1" weight="1">sip:b@h</Uri><Uri priority="1">sip:a@h?X-A=1</Uri>';
    const { nouns, sequential, warnings } = readDial(
      `<Dial><Sip username="u" password="p">${uris}</Sip></Dial>`,
    );
    const credentials = { username: 'u', password: 'p' };
    assert.deepEqual(nouns, [
      { ...noun('sip', 'sip:a@h'), headers: [['X-A', '1']], credentials },
      { ...noun('sip', 'sip:b@h'), credentials },
      { ...noun('sip', 'sip:c@h'), credentials },
    ]);
    assert.deepEqual([sequential, warnings], [true, []]);
    const beside = readDial(`<Dial><Sip>${uris}</Sip><Client>bob</Client></Dial>`);
    assert.deepEqual(
      [beside.nouns.length, beside.sequential, beside.warnings],
      [2, false, ['<Sip> stands beside other nouns, so only the first of its <Uri> is called.']],
    );
  });

  it('takes dialMusic for a ringTone, which comes first', () => {
    assert.deepEqual(readDial('<Dial dialMusic="/wait.wav">bob@h</Dial>').ringTone, {
      url: 'http://app.test/wait.wav',
    });
    assert.deepEqual(readDial('<Dial dialMusic="/wait.wav" ringTone="de">bob@h</Dial>').ringTone, {
      country: 'de',
    });
  });

  it('asks who answers a number, with Twilio’s thresholds unless told otherwise', () => {
    const thresholds = { timeoutMs: 30_000, speechMs: 2_400, speechEndMs: 1_200, silenceMs: 5_000 };
    const { nouns } = readDial(
      '<Dial><Number machineDetection="enable" amdStatusCallback="/amd">+15550100</Number></Dial>',
    );
    assert.deepEqual(nouns[0]?.machineDetection, {
      mode: 'Enable',
      thresholds,
      isAsync: true,
      callback: { url: 'http://app.test/amd', method: 'POST' },
    });
    const wrong = readDial(
      '<Dial><Sip machineDetection="Enable" machineDetectionTimeout="2">bob@h</Sip><Client machineDetection="Enable">bob</Client></Dial>',
    );
    assert.deepEqual(wrong.nouns[0]?.machineDetection?.thresholds, thresholds);
    assert.deepEqual(wrong.warnings, [
      '<Sip> has machineDetectionTimeout="2"; allowed: whole seconds from 3 to 59; the default is used instead.',
      '<Client> has no attribute machineDetection; it is ignored.',
    ]);
  });

  it('leaves the caller ringing only with answerOnBridge', () => {
    const { verbs } = compileVerbs('<Dial answerOnBridge="true">bob@h</Dial><Dial>bob@h</Dial>');
    assert.deepEqual(
      verbs.map(({ answers }) => answers),
      [false, true],
    );
  });

  for (const name of ['Number', 'Client', 'Sip', 'Uri']) {
    const address = name === 'Number' ? '+1555' : name === 'Client' ? 'bob' : 'bob@h';

    it(`tells a statusCallback about the leg of a <${name}>`, () => {
      const { nouns, warnings } = readDial(
        `<Dial><${name} statusCallback="cb?x=1" statusCallbackMethod="get" statusCallbackEvent="Answered, completed">${address}</${name}></Dial>`,
      );
      assert.deepEqual(nouns[0]?.statusCallback, {
        url: 'http://app.test/calls/cb?x=1',
        method: 'GET',
        events: ['answered', 'completed'],
      });
      assert.deepEqual(warnings, []);
    });

    it(`turns ?name=value behind a <${name}> into SIP headers`, () => {
      const { nouns, warnings } = readDial(
        `<Dial><${name}>${address}?code=1&amp;X-Name=a%20b%26c&amp;x-empty=&amp;plus=a+b</${name}></Dial>`,
      );
      assert.deepEqual(nouns[0]?.headers, [
        ['X-code', '1'],
        ['X-Name', 'a b&c'],
        ['x-empty', ''],
        ['X-plus', 'a+b'],
      ]);
      assert.deepEqual(warnings, []);
    });
  }

  const events: readonly (readonly [written: string, read: readonly string[], warnings: number])[] = [
    ['', ['initiated', 'ringing', 'answered', 'completed'], 1],
    ['initiated ringing', ['initiated', 'ringing'], 0],
    ['COMPLETED,initiated,completed', ['initiated', 'completed'], 0],
    ['answered,hold', ['answered'], 1],
    ['hold', ['initiated', 'ringing', 'answered', 'completed'], 1],
  ];
  for (const [written, read, warnings] of events) {
    it(`tells of ${read.join(', ')} for statusCallbackEvent="${written}"`, () => {
      const dial = readDial(
        `<Dial><Client statusCallback="/cb" statusCallbackEvent="${written}">b</Client></Dial>`,
      );
      assert.deepEqual([dial.nouns[0]?.statusCallback?.events, dial.warnings.length], [read, warnings]);
    });
  }

  it('tells of all four events by POST unless told otherwise, and needs a statusCallback for it', () => {
    const { nouns } = readDial(
      '<Dial><Client statusCallback="/cb">a</Client><Client statusCallbackEvent="answered">b</Client></Dial>',
    );
    assert.deepEqual(nouns, [
      {
        ...noun('client', 'a'),
        statusCallback: {
          url: 'http://app.test/cb',
          method: 'POST',
          events: ['initiated', 'ringing', 'answered', 'completed'],
        },
      },
      noun('client', 'b'),
    ]);
  });

  const strangeHeaders = ['a%0d%0aEvil:=1', 'x=1%0d%0aEvil: 2', 'x=%0a', 'x=%', '=1', 'a b=1', 'x=%ff'];
  for (const header of strangeHeaders) {
    it(`drops ?${header}, which is no SIP header`, () => {
      const { nouns, warnings } = readDial(`<Dial><Client>bob?${header}&amp;ok=1</Client></Dial>`);
      assert.deepEqual(nouns, [{ ...noun('client', 'bob'), headers: [['X-ok', '1']] }]);
      assert.equal(warnings.length, 1);
    });
  }

  const numbers: readonly (readonly [written: string, number: string])[] = [
    ['+1 555 0100', '+15550100'],
    ['+1 (555) 010-0', '+15550100'],
    ['+1&#x2011;555&#x2013;0100', '+15550100'],
    ['tel:+1-555-0100', '+15550100'],
    // Its leg ends `failed` with a notification, and the action goes on with the call.
    ['1-800-FLOWERS', '1-800-FLOWERS'],
  ];
  for (const [written, number] of numbers) {
    it(`calls the number ${number} for "${written}"`, () => {
      const { nouns, warnings } = readDial(`<Dial><Number>${written}</Number></Dial>`);
      assert.deepEqual([nouns, warnings], [[noun('number', number)], []]);
    });
  }

  it('calls SIP addresses with every character that SIP allows', () => {
    const addresses = ["sip:o'neil@h", 'sip:a/b@h', 'sip:+1555;phone-context=example.com@h'];
    const { nouns, warnings } = readDial(
      `<Dial>${addresses.map((uri) => `<Sip>${uri}</Sip>`).join('')}</Dial>`,
    );
    assert.deepEqual([nouns, warnings], [addresses.map((uri) => noun('sip', uri)), []]);
  });

  it('says why it does not call a SIP address', () => {
    const { warnings } = readDial('<Dial><Client>ok</Client><Sip>sip:bob@h;transport=ws</Sip></Dial>');
    assert.deepEqual(warnings, [
      '<Sip> has "sip:bob@h;transport=ws" for a SIP address, which asks for a transport that this installation does not have: write udp, tcp or tls; it is dropped.',
    ]);
  });

  const strangeAddresses = [
    'bob',
    '@h',
    'a b@h',
    'bob@',
    'bob@h:0',
    'bob@h:70000',
    'bob@h/x',
    'bob@-h',
    'bob@h;"',
  ];
  for (const address of [
    ...strangeAddresses,
    'bob:secret@h',
    'bob@h;transport=ws',
    'bob@h&#10;Evil: 1',
    'bob@&lt;h&gt;',
  ]) {
    it(`does not call the SIP address "${address}"`, () => {
      const { nouns, warnings } = readDial(`<Dial><Client>ok</Client><Sip>${address}</Sip></Dial>`);
      assert.deepEqual(nouns, [noun('client', 'ok')]);
      assert.equal(warnings.length, 1);
    });
  }

  it('drops nouns after the tenth', () => {
    const { nouns, warnings } = readDial(`<Dial>${'<Client>bob</Client>'.repeat(12)}</Dial>`);
    assert.equal(nouns.length, 10);
    assert.deepEqual(warnings, ['<Dial> has 12 nouns; those after the tenth are dropped.']);
  });

  const nobody = [
    '<Dial/>',
    '<Dial>  </Dial>',
    '<Dial><Client/></Dial>',
    '<Dial>client:</Dial>',
    '<Dial><Fax>1</Fax></Dial>',
  ];
  for (const rcml of nobody) {
    it(`is skipped with a warning when it names nobody: ${rcml}`, () => {
      const { verbs, warnings } = readVerbs(rcml);
      assert.deepEqual(verbs, []);
      assert(warnings.includes('<Dial> has nobody to call; it is skipped.'));
    });
  }

  it('ignores text beside nouns', () => {
    const { nouns, warnings } = readDial('<Dial>+1555<Client>bob</Client></Dial>');
    assert.deepEqual(nouns, [noun('client', 'bob')]);
    assert.deepEqual(warnings, ['<Dial> has text beside its nouns; the text is ignored.']);
  });

  const recordings: readonly (readonly [written: string, read: unknown])[] = [
    ['false', undefined],
    ['do-not-record', undefined],
    ['true', { from: 'answer', channels: 1 }],
    ['record-from-answer', { from: 'answer', channels: 1 }],
    ['record-from-answer-dual', { from: 'answer', channels: 2 }],
    ['record-from-ringing', { from: 'ringing', channels: 1 }],
    ['record-from-ringing-dual', { from: 'ringing', channels: 2 }],
  ];
  for (const [written, read] of recordings) {
    it(`reads record="${written}"`, () => {
      assert.deepEqual(readDial(`<Dial record="${written}">bob@h</Dial>`).record, read);
    });
  }

  it('tells recordingStatusCallback of completed recordings, unless told otherwise', () => {
    const { recordingCallback } = readDial('<Dial recordingStatusCallback="/r">bob@h</Dial>');
    const url = 'http://app.test/r';
    assert.deepEqual(recordingCallback, { url, method: 'POST', events: ['completed'] });
    const other = readDial(
      `<Dial recordingStatusCallback="/r" recordingStatusCallbackMethod="GET"
        recordingStatusCallbackEvent="in-progress absent">bob@h</Dial>`,
    );
    assert.deepEqual(other.recordingCallback, { url, method: 'GET', events: ['in-progress', 'absent'] });
  });

  const tones: readonly (readonly [written: string, read: unknown])[] = [
    ['de', { country: 'de' }],
    ['US', { country: 'us' }],
    ['/ring.mp3', { url: 'http://app.test/ring.mp3' }],
    ['http://cdn.test/ring.wav', { url: 'http://cdn.test/ring.wav' }],
    ['xx', undefined],
    ['germany', undefined],
    ['ftp://cdn.test/ring.wav', undefined],
  ];
  for (const [written, read] of tones) {
    it(`reads ringTone="${written}"`, () => {
      const dial = readDial(`<Dial ringTone="${written}">bob@h</Dial>`);
      assert.deepEqual([dial.ringTone, dial.warnings.length], [read, read === undefined ? 1 : 0]);
    });
  }

  const callerIds: readonly (readonly [written: string, read: string | undefined])[] = [
    ['+1 (555) 010-0', '+15550100'],
    ['client:alice', 'alice'],
    ['anonymous', 'anonymous'],
    ['Alice B', undefined],
    ['sip:alice@pbx.example', 'alice'],
    ['tel:+1-555-0100', '+15550100'],
    ['a b@c', undefined],
    ['', undefined],
    ['a'.repeat(65), undefined],
  ];
  for (const [written, read] of callerIds) {
    it(`reads callerId="${written}"`, () => {
      const dial = readDial(`<Dial callerId="${written}">bob@h</Dial>`);
      assert.deepEqual([dial.callerId, dial.warnings.length], [read, read === undefined ? 1 : 0]);
    });
  }

  it('has the credentials of a <Sip>, which need both parts', () => {
    const { nouns, warnings } = readDial(
      '<Dial><Sip username="u" password="secret">c@h</Sip><Sip username="u">d@h</Sip><Uri password="p">e@h</Uri></Dial>',
    );
    assert.deepEqual(nouns, [
      { ...noun('sip', 'sip:c@h'), credentials: { username: 'u', password: 'secret' } },
      noun('sip', 'sip:d@h'),
      noun('sip', 'sip:e@h'),
    ]);
    assert.deepEqual(warnings, [
      '<Sip> has no password, so it calls without credentials.',
      '<Uri> has no username, so it calls without credentials.',
    ]);
  });

  it('does not repeat digits or a password in its warnings', () => {
    const { warnings } = readDial(
      '<Dial><Number sendDigits="12x34">+1</Number><Sip password="a&#10;secret">c@h</Sip></Dial>',
    );
    assert(!warnings.some((warning) => /12x34|secret/.test(warning)), warnings.join(' '));
  });
});

for (const name of ['Refer']) {
  describe(`<${name}>`, () => {
    it('is skipped with a notification that it is not supported yet', () => {
      assert.deepEqual(readVerbs(`<${name} a="1"><Say>x</Say></${name}>`), {
        verbs: [],
        warnings: [`<${name}> is not supported yet; it is skipped.`],
      });
    });
  });
}
