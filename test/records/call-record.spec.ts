import assert from 'node:assert/strict';
import type { Leg, LegState } from '../../src/call/leg/leg.ts';
import { callRecordOf } from '../../src/records/call-record.ts';

const LEG: Leg = {
  sid: 'CA1',
  accountSid: 'AC1',
  direction: 'inbound',
  from: 'alice',
  to: '1000',
  sipHeaders: [],
  createdAt: 0,
};
const COMMON = {
  sid: 'CA1',
  accountSid: 'AC1',
  direction: 'inbound',
  from: 'alice',
  to: '1000',
  dateCreated: 0,
};

/** What REST's `duration` and `ring_duration` are in each state, seen at second 60. */
const ROWS: readonly (readonly [title: string, state: LegState, shown: object])[] = [
  ['queued: nothing has begun', { phase: 'queued' }, { status: 'queued' }],
  [
    'placed: it has a start',
    { phase: 'initiated', initiatedAt: 1_000 },
    { status: 'queued', startTime: 1_000 },
  ],
  [
    'ringing: how long is not known yet',
    { phase: 'ringing', initiatedAt: 1_000, ringingAt: 2_000 },
    { status: 'ringing', startTime: 1_000 },
  ],
  [
    'talking: it rang from the start to the answer; how long it talks is not known yet',
    { phase: 'in-progress', initiatedAt: 1_000, answeredAt: 4_000 },
    { status: 'in-progress', startTime: 1_000, answerTime: 4_000, ringDuration: 3 },
  ],
  [
    'over after a talk',
    { phase: 'ended', status: 'completed', initiatedAt: 1_000, answeredAt: 4_000, endedAt: 9_000, cause: {} },
    {
      status: 'completed',
      startTime: 1_000,
      answerTime: 4_000,
      endTime: 9_000,
      duration: 5,
      ringDuration: 3,
    },
  ],
  [
    'over without an answer: it rang to the end, and talked for 0 s',
    {
      phase: 'ended',
      status: 'busy',
      initiatedAt: 1_000,
      ringingAt: 1_000,
      endedAt: 3_000,
      cause: { sipStatus: 486 },
    },
    { status: 'busy', startTime: 1_000, endTime: 3_000, duration: 0, ringDuration: 2 },
  ],
];

describe('A leg as REST shows it', () => {
  for (const [title, state, shown] of ROWS) {
    it(title, () => {
      assert.deepEqual(callRecordOf(LEG, state, 60_000), { ...COMMON, dateUpdated: 60_000, ...shown });
    });
  }
});
