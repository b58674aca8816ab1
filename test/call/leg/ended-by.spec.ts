import assert from 'node:assert/strict';
import { type EndedBy, endCauseText, enderOf } from '../../../src/call/leg/ended-by.ts';
import type { Direction, LegState } from '../../../src/call/leg/leg.ts';
import type { EndCause } from '../../../src/call/leg/outcome.ts';

const ENDED = { phase: 'ended', status: 'completed', endedAt: 2 } as const;

describe('Who ended a leg', () => {
  const CASES: readonly (readonly [
    title: string,
    direction: Direction,
    answered: boolean,
    cause: EndCause,
    ours: EndedBy | undefined,
    by: EndedBy,
  ])[] = [
    ['the caller, when nobody made us do it', 'inbound', true, { q850: 16 }, undefined, 'caller'],
    ['the caller who gives up while it rings', 'inbound', false, {}, undefined, 'caller'],
    ['the callee who hangs up', 'outbound-dial', true, { q850: 16 }, undefined, 'callee'],
    ['the callee who is busy', 'outbound-api', false, { sipStatus: 486 }, undefined, 'callee'],
    ['whoever made us do it', 'inbound', true, { q850: 16 }, 'api', 'api'],
    ['whoever made us do it, also on the other side', 'outbound-dial', false, {}, 'limit', 'limit'],
    ['the network, when no media came', 'inbound', true, { noMedia: true }, 'document', 'network'],
    [
      'the network, when there is no way to the callee',
      'outbound-dial',
      false,
      { q850: 3 },
      undefined,
      'network',
    ],
    [
      'the network, when nothing came from the callee',
      'outbound-api',
      false,
      { sipStatus: 408 },
      undefined,
      'network',
    ],
  ];
  for (const [title, direction, answered, cause, ours, by] of CASES) {
    it(`is ${title}`, () => {
      const state: LegState = { ...ENDED, cause, ...(answered ? { answeredAt: 1 } : {}) };
      assert.equal(enderOf({ direction }, state, { type: 'end' }, ours), by);
    });
  }

  it('is the network when its channel was lost', () => {
    const state: LegState = { ...ENDED, cause: { why: 'Asterisk died' }, answeredAt: 1 };
    assert.equal(enderOf({ direction: 'inbound' }, state, { type: 'lost' }, 'api'), 'network');
  });

  it('is nobody while it has not ended', () => {
    const state: LegState = { phase: 'in-progress', initiatedAt: 1, answeredAt: 2 };
    assert.equal(enderOf({ direction: 'inbound' }, state, { type: 'answer' }, 'api'), undefined);
  });
});

describe('The cause of an end, for people', () => {
  it('is the SIP status in words, or what else is known', () => {
    assert.equal(endCauseText({ sipStatus: 486, q850: 17, why: 'User busy' }), '486 Busy Here');
    assert.equal(endCauseText({ sipStatus: 499 }), '499');
    assert.equal(endCauseText({ q850: 16, why: 'Normal Clearing' }), 'Normal Clearing');
    assert.equal(endCauseText({ q850: 16 }), 'Q.850 cause 16');
    assert.equal(endCauseText({}), undefined);
  });
});
