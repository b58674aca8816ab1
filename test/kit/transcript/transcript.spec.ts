import assert from 'node:assert/strict';
import type { Parameters } from '../../../src/call/request-parameters.ts';
import { differences } from '../../../src/kit/transcript/differences.ts';
import { printedDifferences } from '../../../src/kit/transcript/print-differences.ts';
import { transcriptOf } from '../../../src/kit/transcript/transcript.ts';
import type { SeenRequest } from '../../../src/kit/world/seen-request.ts';
import { PLAIN } from '../../../src/demo/timeline-rows.ts';

const SERVER = 'http://127.0.0.1:3000';
const ALICE = `CA${'a'.repeat(32)}`;
const BOB = `CA${'b'.repeat(32)}`;
let tokens = 0;

function request(
  kind: SeenRequest['kind'],
  path: string,
  parameters: Parameters,
  rest: Partial<SeenRequest> = {},
): SeenRequest {
  tokens += 1;
  const url = `${SERVER}${path}`;
  return { kind, method: 'POST', url, parameters, token: `token-${tokens}`, at: tokens, ...rest };
}

const voice = () =>
  request('document', '/voice', [
    ['CallSid', ALICE],
    ['AccountSid', `AC${'1'.repeat(32)}`],
    ['To', '1000'],
    ['CallTimestamp', '2026-01-01T00:00:00.000Z'],
  ]);
const action = (status: string) =>
  request(
    'document',
    '/done',
    [
      ['CallSid', ALICE],
      ['DialCallSid', BOB],
      ['DialCallStatus', status],
      ['DialRingDuration', '2'],
      ['DialSipCallId', 'x@y'],
    ],
    { cause: '<Dial> (line 1, column 11)' },
  );
const bobs = (event: string) =>
  request('callback', '/status', [
    ['CallSid', BOB],
    ['ParentCallSid', ALICE],
    ['To', 'bob'],
    ['CallEvent', event],
  ]);

const TEXT = `Leg A
  POST /voice
    CallSid=<CallSid A>
    AccountSid=<AccountSid>
    To=1000
    CallTimestamp=<Time>
  POST /done
    CallSid=<CallSid A>
    DialCallSid=<CallSid B>
    DialCallStatus=busy
    DialRingDuration=2
    DialSipCallId=<SipCallId>

Leg B: callbacks to /status
  POST /status
    CallSid=<CallSid B>
    ParentCallSid=<CallSid A>
    To=bob
    CallEvent=initiated
  POST /status
    CallSid=<CallSid B>
    ParentCallSid=<CallSid A>
    To=bob
    CallEvent=completed
`;

const write = (requests: readonly SeenRequest[], options = {}) =>
  transcriptOf(requests, { server: SERVER, ...options });

describe('A transcript', () => {
  it('has a list for each leg, and one for the callbacks of each leg and URL', () => {
    const { text } = write([voice(), bobs('initiated'), bobs('completed'), action('busy')]);
    assert.equal(text, TEXT);
  });

  it('is the same whatever comes first of what is promised no order', () => {
    const [first, second] = [bobs('initiated'), bobs('completed')];
    assert.equal(write([first, voice(), action('busy'), second]).text, TEXT);
    assert.equal(write([voice(), action('busy'), first, second]).text, TEXT);
  });

  it('has a repeated request once', () => {
    const again = bobs('initiated');
    assert.equal(write([voice(), again, again, bobs('completed'), action('busy')]).text, TEXT);
  });

  it('leaves out durations when it is asked to', () => {
    const { text } = write([voice(), bobs('initiated'), bobs('completed'), action('busy')], {
      withoutSeconds: true,
    });
    assert.equal(text, TEXT.replace('DialRingDuration=2', 'DialRingDuration=<Seconds>'));
  });

  it('names recordings and conferences, and writes values on one line', () => {
    const sid = `RE${'c'.repeat(32)}`;
    const room = `CF${'d'.repeat(32)}`;
    const { text } = write([
      request('document', '/recorded', [
        ['CallSid', ALICE],
        ['RecordingUrl', `http://127.0.0.1:8080/2012-04-24/Accounts/AC1/Recordings/${sid}`],
        ['RecordingSid', sid],
        ['SpeechResult', 'two\nlines'],
        ['ErrorUrl', `${SERVER}/voice`],
      ]),
      request('callback', '/room', [['ConferenceSid', room]]),
    ]);
    assert.equal(
      text,
      `<ConferenceSid 1>: callbacks to /room
  POST /room
    ConferenceSid=<ConferenceSid 1>

Leg A
  POST /recorded
    CallSid=<CallSid A>
    RecordingUrl=<RecordingUrl 1>
    RecordingSid=<RecordingSid 1>
    SpeechResult=two\\nlines
    ErrorUrl=/voice
`,
    );
  });
});

describe('The difference of two transcripts', () => {
  it('is none when they are equal', () => {
    assert.deepEqual(
      differences(TEXT, write([voice(), bobs('initiated'), bobs('completed'), action('busy')])),
      [],
    );
  });

  it('shows the request with the line of the file and the verb that it comes from', () => {
    const came = write([voice(), bobs('initiated'), bobs('completed'), action('no-answer')]);
    assert.deepEqual(printedDifferences('s.requests', differences(TEXT, came), PLAIN), [
      's.requests:10  from <Dial> (line 1, column 11)',
      '      POST /done',
      '        CallSid=<CallSid A>',
      '        DialCallSid=<CallSid B>',
      '  -     DialCallStatus=busy',
      '  +     DialCallStatus=no-answer',
      '        DialRingDuration=2',
      '        DialSipCallId=<SipCallId>',
      '    ',
    ]);
  });

  it('shows a request that is missing, and one that is new', () => {
    const came = write([voice(), bobs('initiated'), action('busy')]);
    assert.deepEqual(printedDifferences('s.requests', differences(TEXT, came), PLAIN), [
      's.requests:20',
      '  -   POST /status',
      '  -     CallSid=<CallSid B>',
      '  -     ParentCallSid=<CallSid A>',
      '  -     To=bob',
      '  -     CallEvent=completed',
    ]);
    const more = write([voice(), bobs('initiated'), bobs('completed'), action('busy'), voice()]);
    const [difference] = differences(TEXT, more);
    assert.ok(difference?.rows.every(({ kind }) => kind === 'new' || kind === 'same'));
  });
});
