import assert from 'node:assert/strict';
import {
  type Advance,
  advance,
  type Direction,
  type LegInput,
  type LegState,
  ringSeconds,
  statusOf,
  talkSeconds,
} from '../../../src/call/leg/leg.ts';
import { outcomeOf } from '../../../src/call/leg/outcome.ts';

const AT = 9_000;

const STATES = {
  queued: { phase: 'queued' },
  initiated: { phase: 'initiated', initiatedAt: 1_000 },
  'initiated, giving up': {
    phase: 'initiated',
    initiatedAt: 1_000,
    giveUp: { as: 'canceled', why: 'the caller hung up' },
  },
  ringing: { phase: 'ringing', initiatedAt: 1_000, ringingAt: 2_000 },
  'ringing, giving up': {
    phase: 'ringing',
    initiatedAt: 1_000,
    ringingAt: 2_000,
    giveUp: { as: 'no-answer', why: 'timeout' },
  },
  'in-progress': { phase: 'in-progress', initiatedAt: 1_000, answeredAt: 3_000, sipCallId: 'c1' },
  ended: { phase: 'ended', status: 'busy', initiatedAt: 1_000, endedAt: 4_000, cause: { sipStatus: 486 } },
} as const satisfies Record<string, LegState>;

const INPUTS = {
  arrive: { type: 'arrive', at: AT },
  place: { type: 'place', at: AT },
  ring: { type: 'ring', at: AT },
  answer: { type: 'answer', at: AT, sipCallId: 'c2' },
  'give-up': { type: 'give-up', at: AT, as: 'busy', why: 'rejected' },
  end: { type: 'end', at: AT, sipStatus: 404, q850: 1 },
  lost: { type: 'lost', at: AT, why: 'Asterisk restarted' },
} as const satisfies Record<string, LegInput>;

type Cell = 'nothing' | Advance;

const ended = (
  status: Extract<LegState, { phase: 'ended' }>['status'],
  rest: Omit<Extract<LegState, { phase: 'ended' }>, 'phase' | 'status' | 'endedAt'>,
): Advance => ({ state: { phase: 'ended', status, endedAt: AT, ...rest }, event: 'completed' });

const ARRIVED: Advance = { state: { phase: 'ringing', initiatedAt: AT, ringingAt: AT }, event: 'ringing' };
const PLACED: Advance = { state: { phase: 'initiated', initiatedAt: AT }, event: 'initiated' };
const ANSWERED: Advance = {
  state: { phase: 'in-progress', initiatedAt: 1_000, answeredAt: AT, sipCallId: 'c2' },
  event: 'answered',
};
const RANG_AND_ANSWERED: Advance = {
  state: { phase: 'in-progress', initiatedAt: 1_000, ringingAt: 2_000, answeredAt: AT, sipCallId: 'c2' },
  event: 'answered',
};
const GIVE_UP = { as: 'busy', why: 'rejected' } as const;
const CAUSE = { sipStatus: 404, q850: 1 };
const LOST = { why: 'Asterisk restarted' };

/** Every state with every input, for an outbound leg. */
const OUTBOUND: Record<keyof typeof STATES, Record<keyof typeof INPUTS, Cell>> = {
  queued: {
    arrive: 'nothing',
    place: PLACED,
    ring: 'nothing',
    answer: 'nothing',
    'give-up': ended('busy', { cause: { why: 'rejected' } }),
    end: ended('failed', { cause: CAUSE }),
    lost: ended('failed', { cause: LOST }),
  },
  initiated: {
    arrive: 'nothing',
    place: 'nothing',
    ring: { state: { phase: 'ringing', initiatedAt: 1_000, ringingAt: AT }, event: 'ringing' },
    answer: ANSWERED,
    'give-up': { state: { ...STATES.initiated, giveUp: GIVE_UP } },
    end: ended('failed', { initiatedAt: 1_000, cause: CAUSE }),
    lost: ended('failed', { initiatedAt: 1_000, cause: LOST }),
  },
  'initiated, giving up': {
    arrive: 'nothing',
    place: 'nothing',
    ring: 'nothing',
    answer: 'nothing',
    'give-up': 'nothing',
    end: ended('canceled', { initiatedAt: 1_000, cause: { q850: 1, why: 'the caller hung up' } }),
    lost: ended('canceled', { initiatedAt: 1_000, cause: LOST }),
  },
  ringing: {
    arrive: 'nothing',
    place: 'nothing',
    ring: 'nothing',
    answer: RANG_AND_ANSWERED,
    'give-up': { state: { ...STATES.ringing, giveUp: GIVE_UP } },
    end: ended('failed', { initiatedAt: 1_000, ringingAt: 2_000, cause: CAUSE }),
    lost: ended('failed', { initiatedAt: 1_000, ringingAt: 2_000, cause: LOST }),
  },
  'ringing, giving up': {
    arrive: 'nothing',
    place: 'nothing',
    ring: 'nothing',
    answer: 'nothing',
    'give-up': 'nothing',
    // A phone had said so before the time was up.
    end: ended('failed', { initiatedAt: 1_000, ringingAt: 2_000, cause: CAUSE }),
    lost: ended('no-answer', { initiatedAt: 1_000, ringingAt: 2_000, cause: LOST }),
  },
  'in-progress': {
    arrive: 'nothing',
    place: 'nothing',
    ring: 'nothing',
    answer: 'nothing',
    'give-up': 'nothing',
    end: ended('completed', { initiatedAt: 1_000, answeredAt: 3_000, sipCallId: 'c1', cause: CAUSE }),
    lost: ended('completed', { initiatedAt: 1_000, answeredAt: 3_000, sipCallId: 'c1', cause: LOST }),
  },
  ended: {
    arrive: 'nothing',
    place: 'nothing',
    ring: 'nothing',
    answer: 'nothing',
    'give-up': 'nothing',
    end: 'nothing',
    lost: 'nothing',
  },
};

/** Where an inbound leg differs from the table above. */
const INBOUND: Partial<Record<keyof typeof STATES, Partial<Record<keyof typeof INPUTS, Cell>>>> = {
  queued: {
    arrive: ARRIVED,
    place: 'nothing',
    end: ended('canceled', { cause: CAUSE }),
    lost: ended('canceled', { cause: LOST }),
  },
  initiated: {
    end: ended('canceled', { initiatedAt: 1_000, cause: CAUSE }),
    lost: ended('canceled', { initiatedAt: 1_000, cause: LOST }),
  },
  'initiated, giving up': {
    end: ended('canceled', { initiatedAt: 1_000, cause: { ...CAUSE, why: 'the caller hung up' } }),
  },
  ringing: {
    end: ended('canceled', { initiatedAt: 1_000, ringingAt: 2_000, cause: CAUSE }),
    lost: ended('canceled', { initiatedAt: 1_000, ringingAt: 2_000, cause: LOST }),
  },
  'ringing, giving up': {
    end: ended('no-answer', { initiatedAt: 1_000, ringingAt: 2_000, cause: { ...CAUSE, why: 'timeout' } }),
  },
};

describe('The leg machine', () => {
  for (const direction of ['outbound-dial', 'outbound-api', 'inbound'] as const satisfies Direction[]) {
    for (const state of Object.keys(STATES) as (keyof typeof STATES)[]) {
      for (const input of Object.keys(INPUTS) as (keyof typeof INPUTS)[]) {
        const special = direction === 'inbound' ? INBOUND[state]?.[input] : undefined;
        const cell = special ?? OUTBOUND[state][input];
        const says = cell === 'nothing' ? 'changes nothing' : `leads to ${statusOf(cell.state)}`;
        it(`${direction} leg, ${state}: ${input} ${says}`, () => {
          const wanted = cell === 'nothing' ? undefined : cell;
          assert.deepEqual(advance(direction, STATES[state], INPUTS[input]), wanted);
        });
      }
    }
  }
});

describe('The final state of an outbound leg that nobody answered', () => {
  const rows: [why: string, cause: { sipStatus?: number; q850?: number }, rang: boolean, status: string][] = [
    ['486 Busy Here', { sipStatus: 486, q850: 17 }, true, 'busy'],
    ['600 Busy Everywhere', { sipStatus: 600, q850: 17 }, true, 'busy'],
    ['603 Decline', { sipStatus: 603, q850: 21 }, true, 'busy'],
    ['480 Temporarily Unavailable', { sipStatus: 480, q850: 19 }, false, 'no-answer'],
    ['408 after ringing', { sipStatus: 408, q850: 18 }, true, 'no-answer'],
    ['408 without ringing', { sipStatus: 408, q850: 18 }, false, 'failed'],
    ['404 Not Found', { sipStatus: 404, q850: 1 }, false, 'failed'],
    ['410 Gone', { sipStatus: 410, q850: 22 }, false, 'failed'],
    ['484 Address Incomplete', { sipStatus: 484, q850: 28 }, false, 'failed'],
    ['604 Does Not Exist Anywhere', { sipStatus: 604, q850: 1 }, true, 'failed'],
    ['403 Forbidden', { sipStatus: 403, q850: 21 }, false, 'failed'],
    ['401 after credentials', { sipStatus: 401, q850: 21 }, false, 'failed'],
    ['407 after credentials', { sipStatus: 407, q850: 21 }, false, 'failed'],
    ['487 without our asking', { sipStatus: 487, q850: 127 }, true, 'failed'],
    ['500', { sipStatus: 500, q850: 38 }, true, 'failed'],
    ['503', { sipStatus: 503, q850: 34 }, false, 'failed'],
    ['302 is not followed', { sipStatus: 302, q850: 23 }, false, 'failed'],
    ['the SIP status beats the Q.850 cause', { sipStatus: 404, q850: 17 }, true, 'failed'],
    ['no SIP status, cause 17', { q850: 17 }, false, 'busy'],
    ['no SIP status, cause 18 after ringing', { q850: 18 }, true, 'no-answer'],
    ['no SIP status, cause 18 without ringing', { q850: 18 }, false, 'failed'],
    ['no SIP status, cause 19 after ringing', { q850: 19 }, true, 'no-answer'],
    ['no SIP status, cause 19 without ringing', { q850: 19 }, false, 'failed'],
    ['no SIP status, cause 20: not registered', { q850: 20 }, false, 'failed'],
    ['nothing known', {}, true, 'failed'],
  ];
  for (const [why, cause, rang, status] of rows) {
    it(`${why} gives ${status}`, () => assert.equal(outcomeOf(cause, rang), status));
  }
});

describe('A leg whose time is up', () => {
  const timedOut: LegState = {
    phase: 'ringing',
    initiatedAt: 1_000,
    ringingAt: 2_000,
    giveUp: { as: 'no-answer', why: 'Nobody answered within 10 s' },
  };
  const rows: [title: string, cause: { sipStatus?: number; q850?: number }, status: string, code?: number][] =
    [
      ['is busy when one of the callee’s phones had said 486', { sipStatus: 486, q850: 17 }, 'busy', 486],
      ['is failed when the only phone that lives had said 404', { sipStatus: 404, q850: 1 }, 'failed', 404],
      ['is no-answer when one had said 480', { sipStatus: 480, q850: 19 }, 'no-answer', 480],
      ['is no-answer when no phone had said anything', { q850: 19 }, 'no-answer'],
    ];
  for (const [title, cause, status, code] of rows) {
    it(title, () => {
      const ended = advance('outbound-api', timedOut, { type: 'end', at: 11_000, ...cause })?.state;
      assert.ok(ended?.phase === 'ended');
      assert.deepEqual([ended.status, ended.cause.sipStatus], [status, code]);
    });
  }
});

describe('The status that REST shows', () => {
  const rows: [keyof typeof STATES, string][] = [
    ['queued', 'queued'],
    ['initiated', 'queued'],
    ['ringing', 'ringing'],
    ['in-progress', 'in-progress'],
    ['ended', 'busy'],
  ];
  for (const [state, status] of rows)
    it(`${state} is ${status}`, () => assert.equal(statusOf(STATES[state]), status));
});

describe('Durations', () => {
  const talked: LegState = {
    phase: 'ended',
    status: 'completed',
    initiatedAt: 1_000,
    answeredAt: 3_400,
    endedAt: 9_900,
    cause: {},
  };
  it('talk runs from the answer to the end, rounded to the nearest second', () => {
    assert.equal(talkSeconds(talked, 99_000), 7);
    assert.equal(talkSeconds(STATES['in-progress'], 7_600), 5);
  });
  it('talk is 0 when nobody answered', () => {
    assert.equal(talkSeconds(STATES.ended, 99_000), 0);
    assert.equal(talkSeconds(STATES.ringing, 99_000), 0);
  });
  it('ringing runs from the first 180 or 183 to the answer, or to the end without one', () => {
    assert.equal(ringSeconds({ ...talked, ringingAt: 2_000 }, 99_000), 1);
    assert.equal(ringSeconds({ ...STATES.ended, ringingAt: 2_000 }, 99_000), 2);
    assert.equal(ringSeconds(STATES.ringing, 4_000), 2);
    assert.equal(ringSeconds({ ...STATES['in-progress'], ringingAt: 2_000 }, 99_000), 1);
  });
  it('ringing runs from placing when the callee answered at once, and is 0 when nothing rang', () => {
    assert.equal(ringSeconds(talked, 99_000), 2);
    assert.equal(ringSeconds(STATES.ended, 99_000), 0);
    assert.equal(ringSeconds(STATES.initiated, 99_000), 0);
    assert.equal(ringSeconds(STATES.queued, 99_000), 0);
  });
});
