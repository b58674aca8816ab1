import assert from 'node:assert/strict';
import type { Parameters } from '../../../src/call/request-parameters.ts';
import type { DocumentSource } from '../../../src/rcml/document/document-source.ts';
import {
  beforeVerb,
  type Facts,
  firstPosition,
  type Happening,
  type Next,
  nextStep,
  type Remark,
} from '../../../src/rcml/run/next-step.ts';
import type {
  DocumentEnd,
  PendingRequest,
  Position,
  Step,
  VerbStep,
} from '../../../src/rcml/run/position.ts';
import type { VerbOutcome } from '../../../src/rcml/run/run-context.ts';
import { compileVerbs } from '../../support/compile-rcml.ts';

const NOW = Date.UTC(2026, 0, 1);
const STANDARD: Parameters = [['CallSid', 'CA1']];
const FALLBACK = { url: 'http://app.test/fallback', method: 'GET' } as const;
const DOCUMENT: DocumentSource = {
  text: '<Response/>',
  contentType: 'text/xml',
  url: 'http://app.test/voice',
};

const facts: Facts = { now: NOW, parameters: STANDARD, newToken: () => 'new-token' };

const request = (reason: PendingRequest['reason']): PendingRequest => ({
  reason,
  url: `http://app.test/${reason}`,
  method: 'POST',
  parameters: STANDARD,
  token: `${reason}-token`,
});
const requestStep = (reason: PendingRequest['reason']): Step => ({
  kind: 'request',
  request: request(reason),
});
const verbAt = (index: number, skipDials = false): VerbStep => ({
  kind: 'verb',
  document: DOCUMENT,
  index,
  beganAt: NOW,
  skipDials,
});
const end = (ending: DocumentEnd): Step => ({ kind: 'end', ending });

function at(step: Step, changes: Partial<Position> = {}): Position {
  return { version: 2, kind: 'document', idleDocuments: 3, hasBegun: true, step, ...changes };
}

function goes(position: Position, remark?: Remark): Next {
  return { kind: 'step', position, ...(remark === undefined ? {} : { remark }) };
}

/** The first verb of a document. */
function verb(written: string) {
  return compileVerbs(written).verbs[0] ?? assert.fail(written);
}

function over(written: string, outcome: VerbOutcome): Happening {
  return { kind: 'verb-over', verb: verb(written), outcome };
}

const PAUSE = '<Pause/>';
const SAY = '<Say>Hello</Say>';
const DIAL = '<Dial>bob@h</Dial>';
const ANOTHER = { first: { url: 'http://app.test/other', method: 'POST' } } as const;
const OTHER_REQUEST: Step = {
  kind: 'request',
  request: {
    reason: 'first',
    url: 'http://app.test/other',
    method: 'POST',
    parameters: STANDARD,
    token: 'new-token',
  },
};
const MODIFIED: Remark = { message: 'The call was modified over REST and goes on with another document' };

type Row = readonly [title: string, position: Position, happening: Happening, next: Next];

const ROWS: readonly Row[] = [
  [
    'a document came: its first verb, and one more document in a row',
    at(requestStep('first')),
    { kind: 'document', source: DOCUMENT },
    goes(at(verbAt(0), { idleDocuments: 4 })),
  ],
  [
    'there was no document: the fallback, with what went wrong where',
    at(requestStep('action'), { fallback: FALLBACK }),
    { kind: 'no-document', failure: { errorCode: 11200, status: 500 } },
    goes(
      at(
        {
          kind: 'request',
          request: {
            reason: 'fallback',
            ...FALLBACK,
            parameters: [...STANDARD, ['ErrorCode', '11200'], ['ErrorUrl', 'http://app.test/action']],
            token: 'new-token',
          },
        },
        { fallback: FALLBACK },
      ),
    ),
  ],
  [
    'text that was handed over cannot be run: the fallback, without a URL',
    at(verbAt(0), { fallback: FALLBACK }),
    { kind: 'no-document', failure: { errorCode: 12100 } },
    goes(
      at(
        {
          kind: 'request',
          request: {
            reason: 'fallback',
            ...FALLBACK,
            parameters: [...STANDARD, ['ErrorCode', '12100']],
            token: 'new-token',
          },
        },
        { fallback: FALLBACK },
      ),
    ),
  ],
  [
    'there was no document and there is no fallback: the end, with the status',
    at(requestStep('redirect')),
    { kind: 'no-document', failure: { errorCode: 11200, status: 404 } },
    goes(at(end({ why: 'no-document', status: 404 }))),
  ],
  [
    'the fallback gave no document either: the end',
    at(requestStep('fallback'), { fallback: FALLBACK }),
    { kind: 'no-document', failure: { errorCode: 11205 } },
    goes(at(end({ why: 'no-document' }), { fallback: FALLBACK })),
  ],
  [
    'no verb is left: the end',
    at(verbAt(2)),
    { kind: 'end-of-document' },
    goes(at(end({ why: 'end-of-document' }))),
  ],
  [
    'a side document says no: the end by hanging up',
    at(verbAt(2)),
    { kind: 'declined' },
    goes(at(end({ why: 'hang-up' }))),
  ],
  [
    'a Dial behind an answered one: the next verb, and Dials are skipped on',
    at(verbAt(1, true)),
    { kind: 'verb-skipped', verb: verb(DIAL), why: 'dial-answered' },
    goes(at(verbAt(2, true)), {
      message: 'Line 1: <Dial> was skipped, because the Dial before it was answered.',
    }),
  ],
  [
    'a verb was heard: the next one, and the row of idle documents begins anew',
    at(verbAt(0)),
    over(SAY, { kind: 'next' }),
    goes(at(verbAt(1), { idleDocuments: 0 })),
  ],
  [
    'a verb did nothing: the next one, and the row of idle documents goes on',
    at(verbAt(0)),
    over(SAY, { kind: 'next', idle: true }),
    goes(at(verbAt(1))),
  ],
  [
    'a Pause is over: Reject is still possible',
    at(verbAt(0), { hasBegun: false }),
    over(PAUSE, { kind: 'next' }),
    goes(at(verbAt(1), { hasBegun: false, idleDocuments: 0 })),
  ],
  [
    'a Say is over: Reject is not possible any more',
    at(verbAt(0), { hasBegun: false }),
    over(SAY, { kind: 'next' }),
    goes(at(verbAt(1), { hasBegun: true, idleDocuments: 0 })),
  ],
  [
    'an answered Dial is over: the Dials that follow are skipped',
    at(verbAt(0)),
    over(DIAL, { kind: 'next', skipDials: true }),
    goes(at(verbAt(1, true), { idleDocuments: 0 })),
  ],
  [
    'a verb has an action: its request, with the standard parameters first, and the row of idle documents begins anew',
    at(verbAt(0)),
    over(DIAL, {
      kind: 'fetch',
      request: {
        url: 'http://app.test/done',
        method: 'GET',
        extraParameters: [['Digits', '1']],
        reason: 'action',
      },
    }),
    goes(
      at(
        {
          kind: 'request',
          request: {
            reason: 'action',
            url: 'http://app.test/done',
            method: 'GET',
            parameters: [...STANDARD, ['Digits', '1']],
            token: 'new-token',
          },
        },
        { idleDocuments: 0 },
      ),
    ),
  ],
  [
    'a verb that did nothing has an action: the row of idle documents goes on',
    at(verbAt(0)),
    over('<Gather timeout="0"/>', {
      kind: 'fetch',
      request: { url: 'http://app.test/done', method: 'POST', extraParameters: [], reason: 'action' },
      idle: true,
    }),
    goes(
      at({
        kind: 'request',
        request: {
          reason: 'action',
          url: 'http://app.test/done',
          method: 'POST',
          parameters: STANDARD,
          token: 'new-token',
        },
      }),
    ),
  ],
  [
    'a verb chose the token of its action before: it is kept',
    at(verbAt(0)),
    over(DIAL, {
      kind: 'fetch',
      request: {
        url: 'http://app.test/done',
        method: 'GET',
        extraParameters: [],
        reason: 'action',
        token: 'its-own',
      },
    }),
    goes(
      at(
        {
          kind: 'request',
          request: {
            reason: 'action',
            url: 'http://app.test/done',
            method: 'GET',
            parameters: STANDARD,
            token: 'its-own',
          },
        },
        { idleDocuments: 0 },
      ),
    ),
  ],
  [
    'a Redirect after 49 idle documents: one more',
    at(verbAt(0), { idleDocuments: 49 }),
    over(PAUSE, { kind: 'fetch', request: { ...ANOTHER.first, extraParameters: [], reason: 'redirect' } }),
    goes(
      at(
        {
          kind: 'request',
          request: { ...ANOTHER.first, reason: 'redirect', parameters: STANDARD, token: 'new-token' },
        },
        { idleDocuments: 49 },
      ),
    ),
  ],
  [
    'a Redirect after 50 idle documents: the end of an endless loop',
    at(verbAt(0), { idleDocuments: 50 }),
    over(PAUSE, { kind: 'fetch', request: { ...ANOTHER.first, extraParameters: [], reason: 'redirect' } }),
    goes(at(end({ why: 'endless-loop' }), { idleDocuments: 50 }), {
      level: 'error',
      errorCode: 11215,
      message:
        '50 documents in a row had nothing to hear, to dial or to wait for; ' +
        'the call was hung up, because this looks like an endless loop of redirects.',
    }),
  ],
  [
    'Hangup: the end',
    at(verbAt(0)),
    over('<Hangup/>', { kind: 'hang-up' }),
    goes(at(end({ why: 'hang-up' }))),
  ],
  [
    'Reject: the leg is refused',
    at(verbAt(0)),
    over('<Reject/>', { kind: 'reject', reason: 'busy', giveUp: { as: 'busy', why: 'Rejected' } }),
    { kind: 'reject', reason: 'busy', giveUp: { as: 'busy', why: 'Rejected' } },
  ],
  [
    'the leg ended while the verb ran: nothing',
    at(verbAt(0)),
    over(SAY, { kind: 'ended' }),
    { kind: 'leg-over' },
  ],
  [
    'modified while a verb runs: the other document, and the former fallback is forgotten',
    at(verbAt(0), { fallback: FALLBACK }),
    { kind: 'modified', start: ANOTHER },
    goes(at(OTHER_REQUEST, { idleDocuments: 0 }), MODIFIED),
  ],
  [
    'modified while an action is asked for: it stays owed beside the other document',
    at(requestStep('action')),
    { kind: 'modified', start: { ...ANOTHER, fallback: FALLBACK } },
    goes(at(OTHER_REQUEST, { idleDocuments: 0, fallback: FALLBACK, owed: [request('action')] }), MODIFIED),
  ],
  [
    'modified when the reply to an action has come: it is not owed',
    at(requestStep('action')),
    { kind: 'modified', start: ANOTHER, repliedTo: request('action') },
    goes(at(OTHER_REQUEST, { idleDocuments: 0 }), MODIFIED),
  ],
  [
    'modified while an action is asked for, after another reply: it stays owed',
    at(requestStep('action')),
    { kind: 'modified', start: ANOTHER, repliedTo: { ...request('action'), token: 'a former one' } },
    goes(at(OTHER_REQUEST, { idleDocuments: 0, owed: [request('action')] }), MODIFIED),
  ],
  [
    'modified again: what was owed stays owed',
    at(requestStep('redirect'), { owed: [request('action')] }),
    { kind: 'modified', start: { first: { text: '<Response/>' } } },
    goes(
      at(
        {
          kind: 'verb',
          document: { text: '<Response/>', contentType: 'text/xml' },
          index: 0,
          beganAt: NOW,
          skipDials: false,
        },
        { idleDocuments: 0, owed: [request('action')] },
      ),
      MODIFIED,
    ),
  ],
  [
    'modified while a redirect is asked for: nothing is owed',
    at(requestStep('redirect')),
    { kind: 'modified', start: ANOTHER },
    goes(at(OTHER_REQUEST, { idleDocuments: 0 }), MODIFIED),
  ],
];

describe('What follows on a step of a call', () => {
  for (const [title, position, happening, next] of ROWS) {
    it(`${title}`, () => {
      const before = structuredClone(position);
      assert.deepEqual(nextStep(position, happening, facts), next);
      assert.deepEqual(position, before, 'what it was given is unchanged');
    });
  }

  it('a verb that has no place in a side document: the next one, with a warning', () => {
    const happening: Happening = { kind: 'verb-skipped', verb: verb(DIAL), why: 'not-here' };
    assert.deepEqual(
      nextStep(at(verbAt(0)), happening, { ...facts, side: 'wait' }),
      goes(at(verbAt(1)), {
        level: 'warning',
        errorCode: 12200,
        message: 'Line 1: <Dial> is not possible in a wait document; it is skipped.',
      }),
    );
  });
});

describe('A call begins', () => {
  it('with the request for its document', () => {
    assert.deepEqual(firstPosition({ ...ANOTHER, fallback: FALLBACK, hangUpAt: 7 }, facts), {
      version: 2,
      kind: 'document',
      fallback: FALLBACK,
      hangUpAt: 7,
      idleDocuments: 0,
      hasBegun: false,
      step: OTHER_REQUEST,
    });
  });

  it('with the first verb of a text that was handed over', () => {
    assert.deepEqual(firstPosition({ first: { text: '<Response/>' } }, facts).step, {
      ...verbAt(0),
      document: { text: '<Response/>', contentType: 'text/xml' },
    });
  });
});

describe('A verb that a step has come to', () => {
  const rows = [
    ['<Say>x</Say>', undefined, 'runs'],
    ['<Dial>bob@h</Dial>', undefined, 'runs'],
    ['<Hangup/>', undefined, 'runs'],
    ...['<Say>x</Say>', '<Play>/x.wav</Play>', '<Pause/>', '<Redirect>/x</Redirect>'].flatMap(
      (written) =>
        [
          [written, 'wait', 'runs'],
          [written, 'screening', 'runs'],
        ] as const,
    ),
    ['<Gather/>', 'screening', 'runs'],
    ['<Gather/>', 'wait', 'verb-skipped'],
    ['<Record/>', 'screening', 'verb-skipped'],
    ['<Dial>bob@h</Dial>', 'screening', 'verb-skipped'],
    ['<Hangup/>', 'screening', 'declined'],
    ['<Reject/>', 'screening', 'declined'],
    ['<Hangup/>', 'wait', 'verb-skipped'],
    ['<Reject/>', 'wait', 'verb-skipped'],
  ] as const;
  for (const [written, side, what] of rows) {
    it(`${what}: ${written} in ${side === undefined ? "a call's own document" : `a ${side} document`}`, () => {
      assert.equal(beforeVerb(verb(written), verbAt(0), side)?.kind ?? 'runs', what);
    });
  }

  it('is skipped when it is a Dial behind an answered one, and no other is', () => {
    assert.equal(beforeVerb(verb(DIAL), verbAt(0, true), undefined)?.kind, 'verb-skipped');
    assert.equal(beforeVerb(verb(SAY), verbAt(0, true), undefined), undefined);
  });

  it('is the end of the document when there is none', () => {
    assert.deepEqual(beforeVerb(undefined, verbAt(3), undefined), { kind: 'end-of-document' });
  });
});
