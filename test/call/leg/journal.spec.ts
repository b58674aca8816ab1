import assert from 'node:assert/strict';
import { LegJournal } from '../../../src/call/leg/journal.ts';
import type { Leg } from '../../../src/call/leg/leg.ts';
import { LiveCalls } from '../../../src/call/leg/live-calls.ts';
import type { JournalEntry } from '../../../src/call/journal-store.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const LEG: Leg = {
  sid: 'CA1',
  accountSid: 'AC1',
  direction: 'inbound',
  from: 'alice',
  to: '1000',
  sipHeaders: [],
  statusCallback: {
    kind: 'number',
    url: 'http://app/s',
    method: 'POST',
    events: ['ringing', 'answered', 'completed'],
  },
  createdAt: 0,
};

/** A store that can be held, so that entries wait, and that can refuse. */
class HeldStore {
  readonly written: JournalEntry[] = [];
  held: Promise<void> | undefined;
  refuse: Error | undefined;

  async commit(entry: JournalEntry): Promise<void> {
    await this.held;
    if (this.refuse !== undefined) throw this.refuse;
    this.written.push(entry);
  }

  statuses(): unknown[] {
    return this.written.map((entry) => entry.events?.[0]?.data['status']);
  }
}

function setUp() {
  const clock = new FakeClock();
  const store = new HeldStore();
  const lost: unknown[] = [];
  const journal = new LegJournal({ store, clock, onLost: (sid, error) => lost.push([sid, error]) });
  return { clock, store, lost, journal, calls: new LiveCalls(journal) };
}

describe('The journal', () => {
  it('writes the leg, its timeline and what it owes as one entry, before anybody is told', async () => {
    const { store, journal } = setUp();
    const live = await journal.begin(LEG, { type: 'arrive' });
    let release: () => void = () => undefined;
    store.held = new Promise((resolve) => {
      release = resolve;
    });
    const seen: string[] = [];
    live.onChange((state) => seen.push(state.phase));
    const applied = journal.apply(live, { type: 'answer' });
    await Promise.resolve();
    assert.deepEqual([seen, live.state.phase], [[], 'ringing']);
    release();
    await applied;
    assert.deepEqual([seen, live.status], [['in-progress'], 'in-progress']);
    assert.deepEqual(
      store.written.map((entry) => [entry.leg?.state.phase, entry.events?.length, entry.callbacks?.length]),
      [
        ['ringing', 1, 1],
        ['in-progress', 1, 1],
      ],
    );
  });

  it('lets one leg happen in the order in which it was told, however long writing takes', async () => {
    const { store, journal } = setUp();
    const live = await journal.begin(LEG, { type: 'arrive' });
    await Promise.all([
      journal.apply(live, { type: 'answer' }),
      journal.apply(live, { type: 'end', q850: 16 }),
      journal.apply(live, { type: 'answer' }),
    ]);
    assert.deepEqual(store.statuses(), ['ringing', 'in-progress', 'completed']);
  });

  it('writes nothing for late and repeated inputs', async () => {
    const { store, journal } = setUp();
    const live = await journal.begin(LEG, { type: 'arrive' });
    await journal.apply(live, { type: 'end' });
    await journal.apply(live, { type: 'end' });
    await journal.apply(live, { type: 'lost', why: 'late' });
    assert.deepEqual(store.statuses(), ['ringing', 'canceled']);
  });

  it('owes no callback for a change that is no event', async () => {
    const { store, journal } = setUp();
    const leg: Leg = { ...LEG, direction: 'outbound-dial' };
    const live = await journal.begin(leg, { type: 'place' });
    await journal.apply(live, { type: 'ring' });
    await journal.apply(live, { type: 'give-up', as: 'no-answer', why: 'Nobody answered within 30 s' });
    await journal.apply(live, { type: 'end' });
    assert.deepEqual(
      store.written.map((entry) => [entry.events?.[0]?.data['event'], entry.callbacks?.length]),
      [
        ['initiated', undefined],
        ['ringing', 1],
        [undefined, undefined],
        ['completed', 1],
      ],
    );
  });

  it('says in a notification that a call ended for want of media, together with its end', async () => {
    const { store, journal, clock } = setUp();
    const live = await journal.begin(LEG, { type: 'arrive' });
    await journal.apply(live, { type: 'answer' });
    await journal.apply(live, { type: 'end', q850: 44, why: 'Nothing came for 120 s', noMedia: true });
    const { events = [], notifications = [] } = store.written.at(-1) ?? {};
    assert.deepEqual(
      events.map(({ kind, data }) => [kind, data]),
      [
        [
          'state',
          {
            status: 'completed',
            event: 'completed',
            cause: { q850: 44, why: 'Nothing came for 120 s', noMedia: true },
          },
        ],
        ['notice', { level: 'warning', errorCode: 53405, message: 'Nothing came for 120 s' }],
      ],
    );
    assert.deepEqual(
      notifications.map(({ sid, ...rest }) => ({ ...rest, sid: /^NO[0-9a-f]{32}$/.test(sid) })),
      [
        {
          sid: true,
          accountSid: 'AC1',
          callSid: 'CA1',
          at: clock.now(),
          level: 'warning',
          errorCode: 53405,
          message: 'Nothing came for 120 s',
        },
      ],
    );
  });

  it('aborts the leg and resolves its end once it is durable', async () => {
    const { journal } = setUp();
    const live = await journal.begin(LEG, { type: 'arrive' });
    assert.equal(live.signal.aborted, false);
    await journal.apply(live, { type: 'end' });
    await live.ended;
    assert.equal(live.signal.aborted, true);
  });

  it('makes no leg when it cannot be stored', async () => {
    const { store, journal } = setUp();
    store.refuse = new Error('disk full');
    await assert.rejects(journal.begin(LEG, { type: 'arrive' }), /disk full/);
  });

  it('lets a live leg reach its end even when that cannot be stored, and says so', async () => {
    const { store, journal, lost } = setUp();
    const live = await journal.begin(LEG, { type: 'arrive' });
    store.refuse = new Error('disk full');
    await journal.apply(live, { type: 'end' });
    assert.deepEqual([live.status, lost.length], ['canceled', 1]);
  });

  it('resolves a wait for a state also with the final one', async () => {
    const { journal } = setUp();
    const live = await journal.begin(LEG, { type: 'arrive' });
    const waiting = live.until((state) => state.phase === 'in-progress');
    await journal.apply(live, { type: 'end' });
    assert.equal((await waiting).phase, 'ended');
    assert.equal((await live.until((state) => state.phase === 'in-progress')).phase, 'ended');
  });
});

describe('The live calls', () => {
  it('hold a leg until it has ended, and hear what is reported of it', async () => {
    const { journal, calls } = setUp();
    const live = await journal.begin(LEG, { type: 'arrive' });
    calls.add(live);
    assert.deepEqual([calls.size, calls.get('CA1')], [1, live]);
    const empty = calls.empty();
    await calls.input('CA1', { type: 'end' });
    await empty;
    assert.deepEqual([calls.size, live.status], [0, 'canceled']);
  });
  it('ignore what is reported of a leg that they do not have', async () => {
    const { calls, store } = setUp();
    await calls.input('CA2', { type: 'end' });
    assert.deepEqual([calls.size, store.written], [0, []]);
  });
});
