import assert from 'node:assert/strict';
import { LegJournal } from '../../../src/call/leg/journal.ts';
import type { Leg, LegState } from '../../../src/call/leg/leg.ts';
import { LiveCalls } from '../../../src/call/leg/live-calls.ts';
import { LiveLeg } from '../../../src/call/leg/live-leg.ts';
import type { StoredLeg } from '../../../src/call/journal-store.ts';
import { endUndriven } from '../../../src/call/leg/undriven-legs.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryJournalStore } from '../../support/memory-journal-store.ts';

const TALKING: LegState = { phase: 'in-progress', initiatedAt: 0, answeredAt: 0 };
const OVER: LegState = { phase: 'ended', status: 'completed', endedAt: 0, cause: {} };

describe('A leg that the database calls live', () => {
  let clock: FakeClock;
  let store: MemoryJournalStore;
  let journal: LegJournal;
  let ended: string[];
  /** What the database says by the time that it is asked again. */
  let now: LegState | undefined;
  let calls: LiveCalls;
  let leg: Leg;

  beforeEach(() => {
    clock = new FakeClock();
    store = new MemoryJournalStore();
    journal = new LegJournal({ store, clock, onLost: () => undefined });
    ended = [];
    now = TALKING;
    calls = new LiveCalls(journal, () =>
      Promise.resolve(now === undefined ? undefined : { leg, state: now }),
    );
    leg = {
      sid: `CA${'a'.repeat(32)}`,
      accountSid: `AC${'0'.repeat(32)}`,
      direction: 'inbound',
      from: 'alice',
      to: '1000',
      sipHeaders: [],
      statusCallback: {
        kind: 'number',
        url: 'http://app.test/number',
        method: 'POST',
        events: ['completed'],
      },
      createdAt: clock.now(),
    };
  });

  const look = (stored: readonly StoredLeg[]) =>
    endUndriven(stored, { calls, journal, clock, onEnded: (sid) => ended.push(sid) });

  it('is ended when nobody drives it', async () => {
    await clock.advance(60_000);
    await look([{ leg, state: TALKING }]);
    assert.deepEqual(ended, [leg.sid]);
    assert.equal(store.callbacks.length, 1);
  });

  it('is left alone while it is new', async () => {
    await clock.advance(59_000);
    await look([{ leg, state: TALKING }]);
    assert.deepEqual([ended, store.entries], [[], []]);
  });

  it('is left alone when it lives here', async () => {
    await clock.advance(60_000);
    calls.add(new LiveLeg(leg, TALKING));
    await look([{ leg, state: TALKING }]);
    assert.deepEqual([ended, store.entries], [[], []]);
  });

  for (const [what, state] of [
    ['has ended', OVER],
    ['was removed', undefined],
  ] as const) {
    it(`does not end once more when it ${what} while all of them were read`, async () => {
      await clock.advance(60_000);
      now = state;
      await look([{ leg, state: TALKING }]);
      assert.deepEqual([ended, store.callbacks], [[], []]);
    });
  }
});
