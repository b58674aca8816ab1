import assert from 'node:assert/strict';
import { newSid } from '../../../src/call/sids.ts';
import { type OwedCallback, owedCallback } from '../../../src/store/callbacks/callback-lines.ts';
import { HeldCallbacks } from '../../../src/store/callbacks/held-callbacks.ts';
import { callback, NOON } from '../records.ts';

const CALL = newSid('CA');
const DELIVERED = { state: 'delivered' } as const;
const AGAIN = { state: 'pending', dueAt: NOON + 5_000 } as const;

function owed(callSid = CALL, at = NOON): OwedCallback {
  return owedCallback(callback(callSid, { createdAt: at }), 0);
}

/** Takes them, and says that they are on the disk; those that are held. */
function commit(held: HeldCallbacks, ...all: readonly OwedCallback[]): readonly boolean[] {
  for (const one of all) held.take(one);
  return all.map((one) => held.durable(one));
}

function claimed(held: HeldCallbacks, now = NOON): readonly string[] {
  const { callbacks } = held.claim(owed().destination, 10, now, now + 60_000);
  return callbacks.map(({ sid }) => sid);
}

function sids(...all: readonly OwedCallback[]): readonly string[] {
  return all.map((one) => one.callback.sid);
}

describe('Callbacks that are held in memory', () => {
  it('are given out once they are on the disk', () => {
    const held = new HeldCallbacks();
    const one = owed();
    held.take(one);
    assert.deepEqual(claimed(held), []);
    assert.deepEqual(held.owed(), []);
    assert.equal(held.durable(one), true);
    assert.deepEqual(held.owed(), [{ destination: one.destination, at: NOON }]);
    assert.deepEqual(claimed(held), sids(one));
    assert.deepEqual(claimed(held), []);
  });

  it('are given out one after the other in a line, in the order in which they were taken', () => {
    const held = new HeldCallbacks();
    const [first, second] = [owed(), owed()];
    held.take(first);
    commit(held, second);
    assert.deepEqual(claimed(held), [], 'the first is not on the disk yet');
    held.durable(first);
    assert.deepEqual(claimed(held), sids(first));
    assert.deepEqual(held.settle(first.callback.sid, DELIVERED), { line: first.line, nextAt: NOON });
    assert.deepEqual(claimed(held), sids(second));
    assert.deepEqual(held.settle(second.callback.sid, DELIVERED), { line: first.line, nextAt: undefined });
    assert.deepEqual([held.size, held.hasLine(first.line), held.owed()], [0, false, []]);
  });

  it('leave, with all that is behind them, when they are to be tried again', () => {
    const held = new HeldCallbacks();
    const [first, second, third] = [owed(), owed(), owed()];
    commit(held, first, second);
    claimed(held);
    held.settle(first.callback.sid, AGAIN);
    assert.deepEqual(commit(held, third), [false], 'the line is in the table now');
    assert.deepEqual([held.size, claimed(held, NOON + 10_000)], [0, []]);
    for (const { line } of [first, second]) held.settledInTable(line);
    assert.deepEqual(commit(held, owed()), [false], 'the third is still there');
    for (const { line } of [third, third]) held.settledInTable(line);
    assert.deepEqual(commit(held, owed()), [true]);
  });

  it('leave even before they are on the disk', () => {
    const held = new HeldCallbacks();
    const [first, second] = [owed(), owed()];
    commit(held, first);
    claimed(held);
    held.take(second);
    held.settle(first.callback.sid, AGAIN);
    assert.equal(held.has(second.callback.sid), false);
    assert.equal(held.durable(second), false);
  });

  it('do not come here while their line is in the table', () => {
    const one = owed();
    const held = new HeldCallbacks(new Map([[one.line, 1]]));
    assert.deepEqual(commit(held, one, owed(newSid('CA'))), [false, true]);
    for (const { line } of [one, one]) held.settledInTable(line);
    assert.deepEqual(commit(held, owed()), [true]);
  });

  it('do not come here when too many are here, but for those of a line that is', () => {
    const held = new HeldCallbacks(new Map(), 2);
    const [one, two, three] = [owed(newSid('CA')), owed(newSid('CA')), owed(newSid('CA'))];
    assert.deepEqual(commit(held, one, two, three, owed(one.callback.callSid)), [true, true, false, true]);
  });

  it('are forgotten when they were not written, and let the next go', () => {
    const held = new HeldCallbacks();
    const [first, second] = [owed(), owed()];
    held.take(first);
    commit(held, second);
    held.drop(first);
    assert.deepEqual(claimed(held), sids(second));
    const inTable = new HeldCallbacks(new Map([[first.line, 1]]));
    inTable.take(first);
    inTable.drop(first);
    inTable.settledInTable(first.line);
    assert.deepEqual(commit(inTable, second), [true]);
  });

  it('are given out again when they are released, or their claim has run out', () => {
    const held = new HeldCallbacks();
    const [one, other] = [owed(), owed(newSid('CA'))];
    commit(held, one, other);
    assert.deepEqual(claimed(held), sids(one, other));
    assert.deepEqual(held.owed(), [{ destination: one.destination, at: NOON + 60_000 }]);
    assert.deepEqual(held.release([one.callback.sid, 'CB of the table']), ['CB of the table']);
    assert.deepEqual(claimed(held, NOON + 59_999), sids(one));
    assert.deepEqual(claimed(held, NOON + 60_000), sids(other));
  });

  it('are given out the earliest first, and not before they are due', () => {
    const held = new HeldCallbacks();
    const [late, early] = [owed(newSid('CA'), NOON + 2), owed(newSid('CA'), NOON + 1)];
    commit(held, late, early);
    const { destination } = late;
    assert.deepEqual(held.claim(destination, 1, NOON, NOON + 9), { callbacks: [], nextAt: NOON + 1 });
    const [first, second] = [1, 1].map((most) => held.claim(destination, most, NOON + 2, NOON + 9));
    assert.deepEqual([first?.callbacks[0]?.sid, first?.nextAt], [early.callback.sid, NOON + 2]);
    assert.deepEqual([second?.callbacks[0]?.sid, second?.nextAt], [late.callback.sid, undefined]);
  });
});
