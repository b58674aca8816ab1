import assert from 'node:assert/strict';
import type { Leg, LegState, StatusCallback } from '../../../src/call/leg/leg.ts';
import { owedCallback, standardParameters } from '../../../src/call/leg/parameters.ts';

const AT = Date.UTC(2005, 7, 15, 15, 52, 1);

const INBOUND: Leg = {
  sid: 'CAaaaa',
  accountSid: 'ACaaaa',
  direction: 'inbound',
  from: 'alice',
  to: '1000',
  callerName: 'Alice A.',
  forwardedFrom: '2000',
  sipHeaders: [
    ['X-Order', '17'],
    ['Diversion', '<sip:2000@pbx>'],
  ],
  createdAt: AT - 500,
};

const OUTBOUND: Leg = {
  sid: 'CAbbbb',
  accountSid: 'ACaaaa',
  parentCallSid: 'CAaaaa',
  direction: 'outbound-dial',
  from: 'alice',
  to: 'bob',
  sipHeaders: [],
  createdAt: AT,
};

const callback = (kind: StatusCallback['kind'], events: StatusCallback['events']): StatusCallback => ({
  kind,
  url: 'http://app/status',
  method: 'POST',
  events,
});

const ALL = ['initiated', 'ringing', 'answered', 'completed'] as const;

const STANDARD = [
  ['CallSid', 'CAaaaa'],
  ['AccountSid', 'ACaaaa'],
  ['From', 'alice'],
  ['To', '1000'],
  ['Caller', 'alice'],
  ['Called', '1000'],
  ['CallStatus', 'ringing'],
  ['ApiVersion', '2012-04-24'],
  ['Direction', 'inbound'],
  ['CallerName', 'Alice A.'],
  ['ForwardedFrom', '2000'],
  ['CallTimestamp', '2005-08-15T15:52:00.500Z'],
  ['SipHeader_X-Order', '17'],
  ['SipHeader_Diversion', '<sip:2000@pbx>'],
];

describe('The standard parameters', () => {
  it('name the leg, its parties (also as Caller and Called), its state and the headers of its INVITE', () => {
    assert.deepEqual(standardParameters(INBOUND, 'ringing'), STANDARD);
  });
  it('leave out what has no value, and name the parent of a leg that has one', () => {
    assert.deepEqual(standardParameters(OUTBOUND, 'in-progress'), [
      ['CallSid', 'CAbbbb'],
      ['AccountSid', 'ACaaaa'],
      ['From', 'alice'],
      ['To', 'bob'],
      ['Caller', 'alice'],
      ['Called', 'bob'],
      ['CallStatus', 'in-progress'],
      ['ApiVersion', '2012-04-24'],
      ['Direction', 'outbound-dial'],
      ['ParentCallSid', 'CAaaaa'],
      ['CallTimestamp', '2005-08-15T15:52:01.000Z'],
    ]);
  });
});

describe("The number's status callback", () => {
  const leg = { ...INBOUND, statusCallback: callback('number', ['ringing', 'answered', 'completed']) };
  const states: [string, LegState, 'ringing' | 'answered' | 'completed', string[][]][] = [
    [
      'ringing',
      { phase: 'ringing', initiatedAt: 1, ringingAt: 1 },
      'ringing',
      [
        ['Timestamp', 'Mon, 15 Aug 2005 15:52:01 +0000'],
        ['SequenceNumber', '0'],
      ],
    ],
    [
      'in-progress',
      { phase: 'in-progress', initiatedAt: 1, answeredAt: 2 },
      'answered',
      [
        ['Timestamp', 'Mon, 15 Aug 2005 15:52:01 +0000'],
        ['SequenceNumber', '1'],
      ],
    ],
    [
      'completed',
      { phase: 'ended', status: 'completed', initiatedAt: 1, answeredAt: 2_000, endedAt: 9_000, cause: {} },
      'completed',
      [
        ['CallDuration', '7'],
        ['Timestamp', 'Mon, 15 Aug 2005 15:52:01 +0000'],
        ['SequenceNumber', '2'],
      ],
    ],
    [
      'canceled',
      { phase: 'ended', status: 'canceled', initiatedAt: 1, endedAt: 9_000, cause: {} },
      'completed',
      [
        ['CallDuration', '0'],
        ['Timestamp', 'Mon, 15 Aug 2005 15:52:01 +0000'],
        ['SequenceNumber', '1'],
      ],
    ],
  ];
  for (const [status, state, event, more] of states) {
    it(`tells ${status} with the standard parameters`, () => {
      const owed = owedCallback(leg, { state, event }, AT);
      const standard = STANDARD.map(([name, value]) => [name, name === 'CallStatus' ? status : value]);
      assert.deepEqual(owed?.parameters, [...standard, ...more, ['CallbackSource', 'call-progress-events']]);
      assert.match(owed?.sid ?? '', /^CB[0-9a-f]{32}$/);
      assert.deepEqual(
        { ...owed, sid: '', parameters: [] },
        {
          sid: '',
          accountSid: 'ACaaaa',
          callSid: 'CAaaaa',
          url: 'http://app/status',
          method: 'POST',
          parameters: [],
          createdAt: AT,
        },
      );
    });
  }
  it('mentions the outbound leg once there is one', () => {
    const outbound = { sid: 'CAbbbb', state: { phase: 'initiated', initiatedAt: 1 } } as const;
    const state: LegState = { phase: 'in-progress', initiatedAt: 1, answeredAt: 2 };
    const owed = new Map(owedCallback(leg, { state, event: 'answered' }, AT, outbound)?.parameters);
    assert.equal(owed.get('OutboundCallSid'), 'CAbbbb');
    assert.equal(owed.get('DialCallStatus'), 'initiated');
  });
});

describe("A leg's status callback", () => {
  const common = [
    ['AccountSid', 'ACaaaa'],
    ['CallSid', 'CAbbbb'],
    ['ParentCallSid', 'CAaaaa'],
    ['From', 'alice'],
    ['To', 'bob'],
    ['Caller', 'alice'],
    ['Called', 'bob'],
    ['Direction', 'outbound-dial'],
  ];
  const tail = (sequence: string) => [
    ['Timestamp', 'Mon, 15 Aug 2005 15:52:01 +0000'],
    ['CallbackSource', 'call-progress-events'],
    ['SequenceNumber', sequence],
    ['ApiVersion', '2012-04-24'],
  ];
  const CODES: Readonly<Record<string, string>> = { completed: '200', busy: '486' };
  const rows: [LegState, (typeof ALL)[number], string[][]][] = [
    [
      { phase: 'initiated', initiatedAt: 1 },
      'initiated',
      [['CallStatus', 'initiated'], ['CallEvent', 'initiated'], ...tail('0')],
    ],
    [
      { phase: 'ringing', initiatedAt: 1, ringingAt: 2 },
      'ringing',
      [['CallStatus', 'ringing'], ['CallEvent', 'ringing'], ...tail('1')],
    ],
    [
      { phase: 'in-progress', initiatedAt: 1, answeredAt: 2 },
      'answered',
      [['CallStatus', 'in-progress'], ['CallEvent', 'answered'], ...tail('2')],
    ],
    ...(['completed', 'busy', 'failed', 'no-answer', 'canceled'] as const).map(
      (status): [LegState, 'completed', string[][]] => [
        {
          phase: 'ended',
          status,
          initiatedAt: 1,
          endedAt: 3_000,
          cause: status === 'busy' ? { sipStatus: 486 } : {},
          ...(status === 'completed' ? { answeredAt: 1_000 } : {}),
        },
        'completed',
        [
          ['CallStatus', status],
          ['CallEvent', 'completed'],
          ['CallDuration', status === 'completed' ? '2' : '0'],
          ...(CODES[status] === undefined ? [] : [['SipResponseCode', CODES[status]]]),
          ...tail('3'),
        ],
      ],
    ),
  ];
  for (const [state, event, more] of rows) {
    it(`tells ${event} (${state.phase === 'ended' ? state.status : state.phase})`, () => {
      const leg = { ...OUTBOUND, statusCallback: callback('leg', ALL) };
      assert.deepEqual(owedCallback(leg, { state, event }, AT)?.parameters, [...common, ...more]);
    });
  }
  it('is not owed for an event that was not asked for', () => {
    const leg = { ...OUTBOUND, statusCallback: callback('leg', ['completed']) };
    const state: LegState = { phase: 'ringing', initiatedAt: 1, ringingAt: 2 };
    assert.equal(owedCallback(leg, { state, event: 'ringing' }, AT), undefined);
  });
  it('is not owed when nobody asked', () => {
    const state: LegState = { phase: 'ringing', initiatedAt: 1, ringingAt: 2 };
    assert.equal(owedCallback(OUTBOUND, { state, event: 'ringing' }, AT), undefined);
  });
});
