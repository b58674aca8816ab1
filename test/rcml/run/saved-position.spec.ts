import assert from 'node:assert/strict';
import { readPosition, recordingsInHand, withDocument } from '../../../src/rcml/run/saved-position.ts';
import { DIAL_STATE } from '../../../src/rcml/verbs/dial/state.ts';

const DOCUMENT = {
  text: '<Response><Say>x</Say></Response>',
  contentType: 'text/xml',
  url: 'http://app.test/',
};
const VERB = { kind: 'verb', document: DOCUMENT, index: 0, beganAt: 1, skipDials: false };
const REQUEST = {
  reason: 'action',
  url: 'http://app.test/done',
  method: 'POST',
  parameters: [['RecordingSid', 'RE1']],
  token: 't',
};
const COMMON = { fallback: { url: 'http://app.test/f', method: 'GET' }, idleDocuments: 1, hasBegun: true };
const ORDER = { accountSid: 'AC1', callee: { kind: 'client', login: 'bob' } };
const VOICE = { voiceMethod: 'POST' };
const START = { first: { url: 'http://app.test/other', method: 'POST' } };

/** Positions as the version before this one wrote them. */
const FIRST_VERSION: readonly (readonly [title: string, kept: object, read: object])[] = [
  [
    'a request that is asked for, and one that is owed',
    { version: 1, ...COMMON, owed: [REQUEST], hangUpAt: 9, step: { kind: 'request', request: REQUEST } },
    {
      version: 2,
      kind: 'document',
      ...COMMON,
      owed: [REQUEST],
      hangUpAt: 9,
      step: { kind: 'request', request: REQUEST },
    },
  ],
  [
    'a verb that keeps nothing',
    { version: 1, ...COMMON, step: VERB },
    { version: 2, kind: 'document', ...COMMON, step: VERB },
  ],
  [
    'digits of a Gather',
    { version: 1, ...COMMON, step: { ...VERB, state: { digits: '12' } } },
    {
      version: 2,
      kind: 'document',
      ...COMMON,
      step: { ...VERB, state: { version: 1, value: { digits: '12' } } },
    },
  ],
  [
    'a recording under way',
    { version: 1, ...COMMON, step: { ...VERB, state: { recording: { sid: 'RE1' } } } },
    {
      version: 2,
      kind: 'document',
      ...COMMON,
      step: { ...VERB, state: { version: 1, value: { recording: { sid: 'RE1' } }, recordings: ['RE1'] } },
    },
  ],
  [
    'the end of a document',
    { version: 1, ...COMMON, step: { kind: 'end', ending: { why: 'end-of-document' } } },
    { version: 2, kind: 'document', ...COMMON, step: { kind: 'end', ending: { why: 'end-of-document' } } },
  ],
  [
    'a REST call that rings',
    { version: 1, dialling: { order: ORDER, voice: VOICE, since: 5, start: START } },
    { version: 2, kind: 'dialling', order: ORDER, voice: VOICE, since: 5, start: START },
  ],
  [
    'a leg that was taken out of its Dial',
    { version: 1, taken: START },
    { version: 2, kind: 'taken', start: START },
  ],
];

describe('A position that the version before this one kept', () => {
  for (const [title, kept, read] of FIRST_VERSION) {
    it(`is read: ${title}`, () => {
      assert.deepEqual(readPosition(kept), read);
      assert.deepEqual(readPosition(read), read, 'what this version keeps is read as it is');
    });
  }

  it('is read with the position of the screening document in it', () => {
    const position = { version: 1, idleDocuments: 0, hasBegun: false, step: VERB };
    const value = {
      legs: ['CA1'],
      ringingSince: 1,
      screenings: { CA1: { since: 2, position }, CA2: { since: 3 } },
    };
    assert.deepEqual(DIAL_STATE.read(value, 1), {
      ...value,
      screenings: {
        CA1: {
          since: 2,
          position: { version: 2, kind: 'document', idleDocuments: 0, hasBegun: false, step: VERB },
        },
        CA2: { since: 3 },
      },
    });
  });

  it('gets its document back when that was kept apart, and cannot be read without it', () => {
    const { text, ...named } = { ...DOCUMENT, name: 'n' };
    const position = { version: 2, kind: 'document', ...COMMON, step: { ...VERB, document: named } };
    const whole = { ...position, step: VERB };
    assert.deepEqual(readPosition(withDocument(position, { name: 'n', text })), whole);
    assert.deepEqual(readPosition(withDocument(whole, { name: 'other', text: 'x' })), whole);
    for (const kept of [undefined, { name: 'other', text }]) {
      assert.equal(readPosition(withDocument(position, kept)), undefined);
    }
  });

  it('is not read when a newer version wrote it', () => {
    assert.equal(readPosition({ version: 3, step: VERB }), undefined);
    assert.deepEqual(recordingsInHand({ version: 3, step: VERB }), []);
  });
});

describe('The recordings that a verb goes on with', () => {
  const inHand: readonly (readonly [title: string, kept: unknown, sids: readonly string[]])[] = [
    [
      'those of its state',
      { version: 1, ...COMMON, step: { ...VERB, state: { recording: { sid: 'RE1' } } } },
      ['RE1'],
    ],
    [
      'none of an action that is to be asked for',
      { version: 1, ...COMMON, step: { kind: 'request', request: REQUEST } },
      [],
    ],
    ['none where nothing is kept', undefined, []],
    ['none of a REST call that rings', { version: 1, dialling: { order: ORDER, voice: VOICE } }, []],
  ];
  for (const [title, kept, sids] of inHand) {
    it(`are ${title}`, () => assert.deepEqual(recordingsInHand(kept), sids));
  }
});
