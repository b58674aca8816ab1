import assert from 'node:assert/strict';
import type { LegLetter, StoryRequest } from '../../src/demo/story-request.ts';
import { legName, paragraph, replyLine, requestLines, timelineHead } from '../../src/demo/timeline.ts';
import { COLOURED, phoneLine, TIMELINE_WIDTH } from '../../src/demo/timeline-rows.ts';

const CALLS: Readonly<Record<string, LegLetter>> = { CAaaa111: 'A', CAbbb222: 'B' };
const letterOf = (callSid: string) => CALLS[callSid];

function request(
  kind: StoryRequest['kind'],
  parameters: Readonly<Record<string, string>>,
  signed = true,
): StoryRequest {
  return { atMs: 42, kind, parameters: new Map(Object.entries(parameters)), token: 'CB1', signed };
}

const TABLE: readonly (readonly [string, StoryRequest, readonly string[]])[] = [
  [
    'shows who calls whom in a document request',
    request('document', {
      CallSid: 'CAaaa111',
      AccountSid: 'AC1',
      From: 'alice',
      To: '1000',
      CallStatus: 'ringing',
      Direction: 'inbound',
    }),
    ['    42  A CAaaa1  document       yes  CallStatus=ringing Direction=inbound From=alice To=1000'],
  ],
  [
    'shows the outcome of the Dial in its action, over as many lines as it needs',
    request('dial action', {
      CallSid: 'CAaaa111',
      CallStatus: 'in-progress',
      DialCallSid: 'CAbbb222',
      DialCallStatus: 'busy',
      DialCallDuration: '0',
      DialRingDuration: '1',
      DialBridged: 'false',
      DialSipResponseCode: '486',
    }),
    [
      '    42  A CAaaa1  dial action    yes  CallStatus=in-progress DialCallStatus=busy DialCallSid=B:CAbbb2',
      '                                      DialCallDuration=0 DialRingDuration=1 DialBridged=false',
      '                                      DialSipResponseCode=486',
    ],
  ],
  [
    'shows the sequence and the duration in a number status callback',
    request('number status', {
      CallSid: 'CAaaa111',
      CallStatus: 'completed',
      OutboundCallSid: 'CAbbb222',
      DialCallStatus: 'busy',
      CallDuration: '5',
      SequenceNumber: '2',
    }),
    [
      '    42  A CAaaa1  number status  yes  CallStatus=completed SequenceNumber=2 OutboundCallSid=B:CAbbb2',
      '                                      DialCallStatus=busy CallDuration=5',
    ],
  ],
  [
    'shows the event beside the status in a leg status callback',
    request('leg status', {
      CallSid: 'CAbbb222',
      CallEvent: 'answered',
      CallStatus: 'in-progress',
      SequenceNumber: '2',
    }),
    ['    42  B CAbbb2  leg status     yes  CallEvent=answered CallStatus=in-progress SequenceNumber=2'],
  ],
  [
    'shows a wrong signature, and a leg that is not of the story',
    request('unknown path', { CallSid: 'CAccc333', CallStatus: 'busy' }, false),
    ['    42  ? CAccc3  unknown path   NO   CallStatus=busy'],
  ],
];

describe('The timeline of the demo', () => {
  for (const [title, given, lines] of TABLE) {
    it(title, () => assert.deepEqual(requestLines(given, letterOf), lines));
  }

  it('has a head, replies and events at the phones in the same columns', () => {
    assert.deepEqual(
      [timelineHead(), replyLine('Dial bob'), phoneLine(7, 'bob rings')],
      [
        '    ms  leg       what           sig  values',
        '                                      reply: Dial bob',
        '     7  phone     bob rings',
      ],
    );
  });

  it('has colours only when it is told to', () => {
    const given = request('leg status', { CallSid: 'CAbbb222', CallEvent: 'ringing' }, false);
    const plain = '    42  B CAbbb2  leg status     NO   CallEvent=ringing';
    assert.deepEqual(requestLines(given, letterOf), [plain]);
    assert.deepEqual(requestLines(given, letterOf, COLOURED), [`\u001B[31m${plain}\u001B[0m`]);
  });

  it('is never wider than its width', () => {
    const long = 'x'.repeat(30);
    const given = request('document', { CallStatus: long, Direction: long, From: long, To: long });
    const lines = [
      ...requestLines(given, letterOf),
      ...paragraph([`${long} ${long} ${long} ${long} ${long}`]),
    ];
    assert.deepEqual(
      lines.filter((line) => line.length > TIMELINE_WIDTH),
      [],
    );
  });

  it('names a leg by its letter and the beginning of its CallSid', () => {
    assert.deepEqual([legName('CAaaa111', letterOf), legName('', letterOf)], ['A CAaaa1', '?']);
  });
});
