import assert from 'node:assert/strict';
import { lint } from '../../../src/rcml/lint/lint.ts';
import { readVerbs, refusalOf } from '../../support/compile-rcml.ts';
import { FALLBACK_URL, RcmlCall, VOICE_URL } from '../../support/rcml-call.ts';

/** Documents as the application servers of public bug reports sent them. */
const BROKEN: readonly (readonly [title: string, document: string, message: string])[] = [
  [
    'a line end before the XML declaration (an empty line at the end of an included PHP file)',
    '\n<?xml version="1.0" encoding="UTF-8"?>\n<Response><Say>x</Say></Response>',
    'Line 2, column 1: the XML declaration must be the very first thing, without white space or anything else before it.',
  ],
  [
    'two XML declarations, one of the template and one of the library',
    '<?xml version="1.0"?>\n<?xml version="1.0" encoding="UTF-8"?>\n<Response/>',
    'Line 2, column 1: there is a second XML declaration.',
  ],
  [
    'two documents, because the script was run twice',
    '<?xml version="1.0"?><Response/>\n<?xml version="1.0"?><Response/>',
    'Line 2, column 1: there is a second XML declaration.',
  ],
  [
    'a PHP warning as HTML in front of it',
    '<br />\n<b>Warning</b>:  Undefined variable $to in <b>/www/voice.php</b> on line <b>5</b><br />\n<?xml version="1.0"?><Response/>',
    'Line 1, column 1: the root element is <br>, it must be <Response>.',
  ],
  [
    'a PHP warning as text in front of it',
    '\nWarning: Undefined variable $to in /www/voice.php on line 5\n<?xml version="1.0"?><Response/>',
    'Line 2, column 1: only white space may stand outside of <Response>.',
  ],
  [
    'a PHP notice behind it',
    '<?xml version="1.0"?><Response><Say>x</Say></Response>\nDeprecated: utf8_encode() is deprecated',
    'Line 2, column 1: only white space may stand outside of <Response>.',
  ],
  [
    'what the function gave back printed behind it',
    '<Response><Say>x</Say></Response>1',
    'Line 1, column 34: only white space may stand outside of <Response>.',
  ],
  [
    'the library put out as a JSON text',
    '"<Response><Say>x</Say></Response>"',
    'Line 1, column 1: only white space may stand outside of <Response>.',
  ],
  [
    'escaped by the template engine',
    '&lt;Response&gt;&lt;Say&gt;x&lt;/Say&gt;&lt;/Response&gt;',
    'Line 1, column 1: only white space may stand outside of <Response>.',
  ],
];

describe('A document of an application server that has a mistake of its own', () => {
  for (const [title, document, message] of BROKEN) {
    it(`is refused with the place, and the fallback goes on; it is ${title}`, async () => {
      assert.equal(refusalOf(document).message, message);
      const found = lint({ text: document, contentType: 'text/xml' }).map(
        ({ level, line, column, message: what }) => `${level}: Line ${line}, column ${column}: ${what}`,
      );
      assert.deepEqual(
        found.map((text) => text.toLowerCase()),
        [`error: ${message}`.toLowerCase()],
      );
      const call = new RcmlCall();
      call.documents.on(VOICE_URL, document).on(FALLBACK_URL, '<Response><Hangup/></Response>');
      await call.start({ fallback: { url: FALLBACK_URL, method: 'POST' } });
      assert.deepEqual(call.documents.summary('ErrorCode'), [
        [`POST ${VOICE_URL}`],
        [`POST ${FALLBACK_URL}`, `ErrorCode=${refusalOf(document).errorCode}`],
      ]);
      // What the server sent is there to be looked at.
      assert.deepEqual(
        call.store.notifications.map((one) => [one.message, one.responseBody]),
        [[message, document]],
      );
      assert.equal(call.end, 'completed');
      call.check();
    });
  }
});

describe('HTML in a document', () => {
  const said = (text: string) => {
    const { verbs, warnings } = readVerbs(`<Say>${text}</Say>`);
    return [(verbs[0] as [string, { text: string }])[1].text, warnings] as const;
  };

  it('is read as its characters where XML has no name for them, and said', () => {
    assert.deepEqual(said('Le caf&eacute;&nbsp;ouvre &agrave; 8&nbsp;h&hellip; &Uuml;ber 5 &euro;'), [
      'Le café ouvre à 8 h… Über 5 €',
      [
        '&eacute; 233',
        '&nbsp; 160',
        '&agrave; 224',
        '&nbsp; 160',
        '&hellip; 8230',
        '&Uuml; 220',
        '&euro; 8364',
      ]
        .map((pair) => pair.split(' '))
        .map(
          ([name, code]) => `XML does not know "${name}"; it was read as in HTML, write &#${code}; instead.`,
        ),
    ]);
  });

  it('is none where it is a bare & of a text or a URL', () => {
    const [text, warnings] = said('AT&T; R&D &copy &unknown; &');
    assert.equal(text, 'AT&T; R&D &copy &unknown; &');
    assert.deepEqual(
      warnings.map((warning) => warning.replace(/ \(near .*/, '')),
      Array.from({ length: 5 }, () => 'a bare "&" was read as "&amp;"'),
    );
    const { verbs } = readVerbs('<Redirect>/x?a=1&copy=2&reg=3</Redirect>');
    assert.deepEqual(verbs, [['Redirect', { url: 'http://app.test/x?a=1&copy=2&reg=3', method: 'POST' }]]);
  });

  it('keeps the places of what stands behind it', () => {
    const { message } = refusalOf('<Response>\n<Say>caf&eacute;</Say><Say>1 < 2</Say></Response>');
    assert.equal(
      message,
      'Line 2, column 30: a tag name must follow "<"; the character itself is written &lt;.',
    );
  });
});

describe('A conference as the samples of the client libraries write it', () => {
  it('has everything that it names, the recording status callback among it', () => {
    const { verbs, warnings } = readVerbs(
      `<Dial hangupOnStar="true" action="/ended"><Conference statusCallback="/room"
        statusCallbackEvent="start end join leave mute hold" record="record-from-start"
        recordingStatusCallback="/recorded" recordingStatusCallbackMethod="GET"
        recordingStatusCallbackEvent="in-progress completed"
        waitUrl="http://music.test/wait?Bucket=classical&amp;Message=hi">sales</Conference></Dial>`,
    );
    assert.deepEqual(warnings, []);
    assert.deepEqual(verbs, [
      [
        'Dial',
        {
          action: 'http://app.test/ended',
          method: 'POST',
          timeoutS: 30,
          timeLimitS: 14_400,
          hangupOnStar: true,
          answerOnBridge: false,
          sequential: false,
          nouns: [],
          conference: {
            room: 'sales',
            muted: false,
            beepOnEnter: true,
            beepOnExit: true,
            startConferenceOnEnter: true,
            endConferenceOnExit: false,
            maxParticipants: 40,
            record: true,
            wait: { url: 'http://music.test/wait?Bucket=classical&Message=hi', method: 'POST' },
            statusCallback: {
              url: 'http://app.test/room',
              method: 'POST',
              events: ['start', 'end', 'join', 'leave', 'mute', 'hold'],
            },
            recordingCallback: {
              url: 'http://app.test/recorded',
              method: 'GET',
              events: ['in-progress', 'completed'],
            },
          },
        },
      ],
    ]);
  });
});
