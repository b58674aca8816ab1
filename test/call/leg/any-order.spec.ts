import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LegJournal } from '../../../src/call/leg/journal.ts';
import {
  advance,
  type CallEvent,
  type Direction,
  type Leg,
  type LegInput,
  type LegState,
  type StatusCallback,
} from '../../../src/call/leg/leg.ts';
import type { JournalEntry, JournalStore, NewCallback } from '../../../src/call/journal-store.ts';
import type { ReportedInput } from '../../../src/call/leg/leg.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const RUNS = { numRuns: 500 };
const DIRECTIONS: readonly Direction[] = ['inbound', 'outbound-api', 'outbound-dial'];
const EVENTS: readonly CallEvent[] = ['initiated', 'ringing', 'answered', 'completed'];

/** Whatever Asterisk, the caller and we may say, as often and in whatever order it comes. */
const input: fc.Arbitrary<ReportedInput> = fc.oneof(
  fc.constantFrom<ReportedInput>(
    { type: 'arrive' },
    { type: 'place' },
    { type: 'ring' },
    { type: 'answer' },
    { type: 'answer', sipCallId: 'x' },
    { type: 'lost', why: 'gone' },
  ),
  fc.record({
    type: fc.constant('give-up' as const),
    as: fc.constantFrom('busy', 'failed', 'no-answer', 'canceled'),
    why: fc.constant('enough'),
  }),
  fc
    .tuple(
      fc.option(fc.constantFrom(200, 404, 408, 480, 486, 487, 500, 603)),
      fc.option(fc.constantFrom(16, 17, 18, 19, 34)),
    )
    .map(([sipStatus, q850]) => ({
      type: 'end' as const,
      ...(sipStatus === null ? {} : { sipStatus }),
      ...(q850 === null ? {} : { q850 }),
    })),
);

const legOf = (direction: Direction): Leg => {
  const kind: StatusCallback['kind'] = direction === 'inbound' ? 'number' : 'leg';
  return {
    sid: 'CA1',
    accountSid: 'AC1',
    direction,
    from: 'alice',
    to: 'bob',
    sipHeaders: [],
    statusCallback: { kind, url: 'http://app/s', method: 'POST', events: EVENTS },
    createdAt: 0,
  };
};

/** A store whose commits take their time, in an order that is its own business, and may fail. */
class MoodyStore implements JournalStore {
  readonly written: JournalEntry[] = [];
  readonly #moods: Iterator<'at once' | 'later' | 'lost'>;

  constructor(moods: readonly ('at once' | 'later' | 'lost')[]) {
    this.#moods = moods[Symbol.iterator]();
  }

  async commit(entry: JournalEntry): Promise<void> {
    const mood = this.#moods.next().value as string | undefined;
    if (mood === 'later') await new Promise((resolve) => setImmediate(resolve));
    if (mood === 'lost' && this.written.length > 0) throw new Error('lost');
    this.written.push(entry);
  }

  get callbacks(): readonly NewCallback[] {
    return this.written.flatMap(({ callbacks = [] }) => callbacks);
  }
}

function valueOf(callback: NewCallback, name: string): string | undefined {
  return callback.parameters.find(([key]) => key === name)?.[1];
}

describe('A leg to which things happen in any order, repeatedly, or not at all', () => {
  it('never leaves its final state, and has one end at most', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DIRECTIONS), fc.array(input, { maxLength: 30 }), (direction, inputs) => {
        let state: LegState = { phase: 'queued' };
        const events: CallEvent[] = [];
        for (const [at, one] of inputs.entries()) {
          const before = state;
          const change = advance(direction, state, { ...one, at } as LegInput);
          if (before.phase === 'ended') assert.equal(change, undefined);
          if (change === undefined) continue;
          assert.notDeepEqual(change.state, before);
          state = change.state;
          if (change.event !== undefined) events.push(change.event);
        }
        assert.equal(events.filter((event) => event === 'completed').length, state.phase === 'ended' ? 1 : 0);
        const places = events.map((event) => EVENTS.indexOf(event));
        assert.deepEqual(
          places,
          [...new Set(places)].toSorted((a, b) => a - b),
        );
      }),
      RUNS,
    );
  });

  it('was answered when it completed, and only then', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DIRECTIONS), fc.array(input, { maxLength: 30 }), (direction, inputs) => {
        const events: CallEvent[] = [];
        let state: LegState = { phase: 'queued' };
        for (const [at, one] of inputs.entries()) {
          const change = advance(direction, state, { ...one, at } as LegInput);
          if (change?.event !== undefined) events.push(change.event);
          state = change?.state ?? state;
        }
        if (state.phase === 'ended') assert.equal(state.status === 'completed', events.includes('answered'));
      }),
      RUNS,
    );
  });

  it('is told of in order, once for each event, and once at its end, whatever the database does', async () => {
    const moods = fc.array(fc.constantFrom('at once', 'later', 'lost'), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...DIRECTIONS),
        fc.array(input, { maxLength: 20 }),
        moods,
        async (direction, inputs, mood) => {
          const store = new MoodyStore(mood);
          const lost: unknown[] = [];
          const journal = new LegJournal({ store, clock: new FakeClock(), onLost: (sid) => lost.push(sid) });
          const first: ReportedInput = { type: direction === 'inbound' ? 'arrive' : 'place' };
          const live = await journal.begin(legOf(direction), first);
          const seen: LegState['phase'][] = [];
          live.onChange(({ phase }) => seen.push(phase));
          // Nobody waits for one before the next happens.
          await Promise.all(
            [...inputs, { type: 'lost', why: 'the end of the test' } as const].map((one) =>
              journal.apply(live, one),
            ),
          );
          assert.equal(live.state.phase, 'ended');
          assert.equal(seen.filter((phase) => phase === 'ended').length, 1);
          const sequence = store.callbacks.map((callback) => Number(valueOf(callback, 'SequenceNumber')));
          assert.deepEqual(
            sequence,
            [...new Set(sequence)].toSorted((a, b) => a - b),
          );
          const finals = store.callbacks.filter(
            (callback) => valueOf(callback, 'CallDuration') !== undefined,
          );
          assert.ok(finals.length <= 1);
          if (lost.length === 0) assert.equal(finals.length, 1);
          assert.equal(new Set(store.callbacks.map(({ sid }) => sid)).size, store.callbacks.length);
        },
      ),
      { numRuns: 300 },
    );
  });
});
