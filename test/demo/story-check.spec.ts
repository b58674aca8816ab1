import assert from 'node:assert/strict';
import { checkStory, STORY_LENGTH } from '../../src/demo/story-check.ts';
import { replyTo } from '../../src/demo/story-documents.ts';
import type { RequestKind, StoryRequest } from '../../src/demo/story-request.ts';
import { type Ending, summaryLines } from '../../src/demo/story-summary.ts';

const NAMES = { alice: 'alice', bob: 'bob', carol: 'carol', number: '1000' };

const LEGS = {
  A: { Direction: 'inbound', To: '1000', CallSid: 'CAa' },
  B: { Direction: 'outbound-dial', To: 'bob', CallSid: 'CAb' },
  C: { Direction: 'outbound-dial', To: 'carol', CallSid: 'CAc' },
} as const;

let made = 0;

function request(
  leg: keyof typeof LEGS,
  kind: RequestKind,
  values: Readonly<Record<string, string>>,
): StoryRequest {
  made += 1;
  const parameters = new Map(Object.entries({ ...LEGS[leg], ...values }));
  return { atMs: made, kind, parameters, token: `CB${made}`, signed: true };
}

const legStatus = (leg: 'B' | 'C', CallEvent: string, CallStatus: string, SequenceNumber: string) =>
  request(leg, 'leg status', { CallEvent, CallStatus, SequenceNumber });
const numberStatus = (CallStatus: string, SequenceNumber: string) =>
  request('A', 'number status', { CallStatus, SequenceNumber });
const action = (CallStatus: string, DialCallStatus: string, DialBridged: string) =>
  request('A', 'dial action', { CallStatus, DialCallStatus, DialBridged });

function wholeStory(): StoryRequest[] {
  return [
    numberStatus('ringing', '0'),
    request('A', 'document', { CallStatus: 'ringing' }),
    legStatus('B', 'initiated', 'initiated', '0'),
    numberStatus('in-progress', '1'),
    legStatus('B', 'ringing', 'ringing', '1'),
    legStatus('B', 'completed', 'busy', '3'),
    action('in-progress', 'busy', 'false'),
    legStatus('C', 'initiated', 'initiated', '0'),
    legStatus('C', 'ringing', 'ringing', '1'),
    legStatus('C', 'answered', 'in-progress', '2'),
    numberStatus('completed', '2'),
    legStatus('C', 'completed', 'completed', '3'),
    action('completed', 'completed', 'true'),
  ];
}

const asTold: Ending = {
  legs: [
    { letter: 'A', callSid: 'CAa', from: 'alice', to: '1000', status: 'completed', talked: '3', rang: '0' },
    { letter: 'B', callSid: 'CAb', from: 'alice', to: 'bob', status: 'busy', talked: '0', rang: '0' },
    { letter: 'C', callSid: 'CAc', from: 'alice', to: 'carol', status: 'completed', talked: '2', rang: '1' },
  ],
  heard: { byAlice: { hz: 697, ms: 2000 }, byCarol: { hz: 440, ms: 2000 } },
  requests: 13,
  expected: 13,
  check: { missing: [], wrong: [] },
  troubles: [],
};

describe('The check of the demo', () => {
  beforeEach(() => {
    made = 0;
  });

  it('finds nothing wrong when every leg and URL got its requests in order', () => {
    const requests = wholeStory();
    assert.equal(requests.length, STORY_LENGTH);
    assert.deepEqual(checkStory(requests, NAMES), { missing: [], wrong: [] });
  });

  it('expects no order between legs, nor between documents and callbacks', () => {
    const all = wholeStory();
    const callbacks = all.filter(({ kind }) => kind.endsWith('status'));
    const requests = [...callbacks, ...all.filter((one) => !callbacks.includes(one))];
    assert.deepEqual(checkStory(requests, NAMES), { missing: [], wrong: [] });
  });

  it('names what did not come', () => {
    const requests = wholeStory().filter(({ parameters }) => parameters.get('CallStatus') !== 'busy');
    assert.deepEqual(checkStory(requests, NAMES), {
      missing: [
        'Leg B: leg status CallEvent=completed CallStatus=busy SequenceNumber=3 did not come, or came out of order.',
      ],
      wrong: [],
    });
  });

  it('names what came out of turn', () => {
    const [first, second, ...rest] = wholeStory().filter(({ kind }) => kind === 'number status');
    assert(first !== undefined && second !== undefined);
    const others = wholeStory().filter(({ kind }) => kind !== 'number status');
    const { missing, wrong } = checkStory([second, first, ...rest, ...others], NAMES);
    assert.deepEqual(missing, [
      'Leg A: number status CallStatus=in-progress SequenceNumber=1 did not come, or came out of order.',
    ]);
    assert.deepEqual(wrong.slice(0, 1), [
      'Leg A: number status CallStatus=in-progress at 4 ms is not in the story.',
    ]);
  });

  it('names what came once too often, what was repeated, and what was signed wrongly', () => {
    const requests = wholeStory();
    const [again] = requests;
    assert(again !== undefined);
    requests.push({ ...again, atMs: 99, signed: false });
    assert.deepEqual(checkStory(requests, NAMES), {
      missing: [],
      wrong: [
        'Leg A: number status CallStatus=ringing at 99 ms is not in the story.',
        'The signature of number status CallStatus=ringing at 99 ms is wrong.',
        'The I-Idempotency-Token of number status CallStatus=ringing at 99 ms has come before: the request was sent twice.',
      ],
    });
  });

  it('sums up a story that went as told', () => {
    assert.deepEqual(summaryLines(asTold), [
      'Legs, as REST shows them:',
      '  A  CAa  alice to 1000   completed  rang 0 s, talked 3 s',
      '  B  CAb  alice to bob    busy       rang 0 s, talked 0 s',
      '  C  CAc  alice to carol  completed  rang 1 s, talked 2 s',
      'Audio, measured at both phones:',
      "  carol heard alice's tone of 440 Hz for 2000 ms",
      "  alice heard carol's tone of 697 Hz for 2000 ms",
      'The story went as told: 13 requests, all in order, signed, and none twice.',
    ]);
  });

  it('sums up everything that went wrong', () => {
    const ending: Ending = {
      ...asTold,
      legs: asTold.legs.slice(0, 1),
      heard: undefined,
      requests: 2,
      check: { missing: ['Leg C: missing.'], wrong: ['wrong.'] },
      troubles: ['carol waited in vain.'],
    };
    assert.deepEqual(summaryLines(ending), [
      'Legs, as REST shows them:',
      '  A  CAa  alice to 1000  completed  rang 0 s, talked 3 s',
      'The story did NOT go as told (2 requests came, 13 belong to it):',
      '  carol waited in vain.',
      '  Leg C: missing.',
      '  wrong.',
      '  Leg B should be busy; REST says nothing.',
      '  Leg C should be completed; REST says nothing.',
      '  Alice and carol did not hear each other.',
    ]);
  });
});

describe("The demo's application", () => {
  const replies: readonly (readonly [RequestKind, string | undefined, string | undefined])[] = [
    ['document', undefined, 'Dial bob, then ask /dial-done'],
    ['dial action', 'busy', 'Dial carol, then ask /dial-done'],
    ['dial action', 'completed', 'nothing more to do'],
    ['number status', undefined, undefined],
    ['leg status', undefined, undefined],
  ];
  for (const [kind, status, inWords] of replies) {
    it(`replies to a ${kind} ${status ?? ''}: ${inWords ?? 'nothing'}`, () => {
      const parameters = new Map(status === undefined ? [] : [['DialCallStatus', status]]);
      assert.equal(replyTo(kind, parameters, NAMES)?.inWords, inWords);
    });
  }
});
