import assert from 'node:assert/strict';
import type { FinalStatus } from '../../../../src/call/leg/outcome.ts';
import type { LegState } from '../../../../src/call/leg/leg.ts';
import { describedLeg, dialParameters } from '../../../../src/rcml/verbs/dial/result.ts';

function over(
  status: FinalStatus,
  endedAt: number,
  more: { answeredAt?: number; sipStatus?: number } = {},
): LegState {
  return {
    phase: 'ended',
    status,
    initiatedAt: 1_000,
    ringingAt: 1_000,
    endedAt,
    sipCallId: 'abc@phone',
    ...(more.answeredAt === undefined ? {} : { answeredAt: more.answeredAt }),
    cause: more.sipStatus === undefined ? {} : { sipStatus: more.sipStatus },
  };
}

describe('The leg that a Dial action describes', () => {
  const legs = (...statuses: FinalStatus[]) =>
    statuses.map((status, index) => ({ sid: `${status}-${index}`, state: over(status, 5_000 + index) }));

  it('is the winner, whatever the others did', () => {
    assert.equal(describedLeg(legs('busy', 'completed', 'completed'), 'completed-1')?.sid, 'completed-1');
  });
  const rows: [FinalStatus[], string][] = [
    [['canceled', 'failed', 'no-answer', 'busy'], 'busy-3'],
    [['busy', 'no-answer'], 'busy-0'],
    [['failed', 'no-answer', 'canceled'], 'no-answer-1'],
    [['canceled', 'failed'], 'failed-1'],
    [['canceled'], 'canceled-0'],
  ];
  for (const [statuses, sid] of rows) {
    it(`is ${sid} of ${statuses.join(', ')} without a winner`, () => {
      assert.equal(describedLeg(legs(...statuses), undefined)?.sid, sid);
    });
  }
  it('is the one that ended last when two ended alike', () => {
    const [first, second] = legs('busy', 'busy');
    assert.ok(first && second);
    assert.equal(describedLeg([second, first], undefined)?.sid, 'busy-1');
  });
  it('is none when the Dial made none', () => assert.equal(describedLeg([], undefined), undefined));
});

describe('The parameters of a Dial action', () => {
  it('describe a talk: seconds of ringing and of talk, bridged, 200', () => {
    assert.deepEqual(
      dialParameters({ sid: 'CA1', state: over('completed', 9_000, { answeredAt: 3_000 }) }, true, 99_000),
      [
        ['DialCallSid', 'CA1'],
        ['DialCallStatus', 'completed'],
        ['DialCallDuration', '6'],
        ['DialRingDuration', '2'],
        ['DialBridged', 'true'],
        ['DialSipResponseCode', '200'],
        ['DialSipCallId', 'abc@phone'],
      ],
    );
  });
  it('describe a busy callee: no talk, the SIP status that it sent', () => {
    assert.deepEqual(
      dialParameters({ sid: 'CA1', state: over('busy', 2_000, { sipStatus: 486 }) }, false, 99_000),
      [
        ['DialCallSid', 'CA1'],
        ['DialCallStatus', 'busy'],
        ['DialCallDuration', '0'],
        ['DialRingDuration', '1'],
        ['DialBridged', 'false'],
        ['DialSipResponseCode', '486'],
        ['DialSipCallId', 'abc@phone'],
      ],
    );
  });
});
