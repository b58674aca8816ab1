import assert from 'node:assert/strict';
import { EventRing } from '../../../src/api/live/event-ring.ts';
import type { LiveEvent } from '../../../src/api/live/live-event.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const MINUTES_5 = 300_000;

function event(made: () => void = () => undefined): LiveEvent {
  return {
    name: 'call.updated',
    accounts: ['AC1'],
    present: ({ prefix }) => {
      made();
      return { at: prefix };
    },
  };
}

describe('What happened lately', () => {
  it('has ids that only this process understands', () => {
    const ring = new EventRing(new FakeClock(), 'abc');
    ring.add(event());
    assert.deepEqual([ring.last, ring.idOf(ring.last)], [1, 'abc.1']);
    assert.equal(ring.numberOf('abc.1'), 1);
    for (const id of ['', 'abc', 'abc.', 'abc.x', 'abc.1.2', 'other.1', 'abc.-1']) {
      assert.equal(ring.numberOf(id), undefined, id);
    }
  });

  it('is kept for five minutes', async () => {
    const clock = new FakeClock();
    const ring = new EventRing(clock);
    ring.add(event());
    await clock.advance(MINUTES_5 - 1);
    ring.add(event());
    assert.deepEqual([ring.reachesBackTo(0), ring.at(1)?.number], [true, 1]);
    await clock.advance(1);
    assert.deepEqual([ring.reachesBackTo(0), ring.at(1)], [false, undefined]);
    assert.deepEqual([ring.reachesBackTo(1), ring.at(2)?.number], [true, 2]);
    await clock.advance(MINUTES_5);
    // Nothing is missing behind the last one, however old it is.
    assert.deepEqual([ring.reachesBackTo(1), ring.reachesBackTo(2)], [false, true]);
  });

  it('is kept up to a number of events', () => {
    const ring = new EventRing(new FakeClock(), 'abc', 3);
    for (let n = 0; n < 5; n += 1) ring.add(event());
    assert.deepEqual(
      [1, 2, 3].map((n) => ring.reachesBackTo(n)),
      [false, true, true],
    );
    assert.deepEqual(
      [2, 3, 4, 5, 6].map((n) => ring.at(n)?.number),
      [undefined, 3, 4, 5, undefined],
    );
    assert.equal(ring.reachesBackTo(6), false, 'an event that was never sent');
  });

  it('becomes JSON once for each form of the addresses, when it is sent first', () => {
    let made = 0;
    const ring = new EventRing(new FakeClock(), 'abc');
    ring.add(event(() => (made += 1)));
    assert.equal(made, 0);
    const frame = 'id: abc.1\nevent: call.updated\ndata: {"at":"/2012-04-24"}\n\n';
    assert.deepEqual([ring.at(1)?.frame('/2012-04-24'), ring.at(1)?.frame('/2012-04-24')], [frame, frame]);
    assert.equal(made, 1);
    assert.match(ring.at(1)?.frame('/2010-04-01') ?? '', /2010-04-01/);
    assert.equal(made, 2);
  });
});
