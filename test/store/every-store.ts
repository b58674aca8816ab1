import type { CallbackQueue } from '../../src/call/callbacks-queue.ts';
import type { JournalStore, KeptDocument } from '../../src/call/journal-store.ts';
import type { Leg, LegState } from '../../src/call/leg/leg.ts';
import type { Repositories } from '../../src/records/repositories.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { MemoryStore } from '../support/memory-store.ts';
import { describeOnBoth, type TestStore } from './both-databases.ts';

/** What a store must keep wherever it keeps it, and how a test looks into it. */
export interface EveryStore {
  readonly journal: JournalStore;
  readonly repositories: Repositories;
  readonly callbackQueue: CallbackQueue;
  readonly clock: FakeClock;
  /** A leg as it was last written. */
  leg(callSid: string): Promise<{ readonly leg: Leg; readonly state: LegState } | undefined>;
  /** The position last written of a leg that has not ended; undefined when none was, or it was forgotten. */
  position(callSid: string): Promise<unknown>;
  /** The document last written of a leg that has a position. */
  document(callSid: string): Promise<KeptDocument | undefined>;
}

/** Runs the same tests on SQLite, on PostgreSQL, and on the store in memory that stands for them in other tests. */
export function describeOnEvery(title: string, tests: (the: () => EveryStore) => void): void {
  describeOnBoth(title, (the) => tests(() => everyStore(the())));
  describe(`${title} (in memory)`, () => {
    let current: EveryStore;
    beforeEach(() => {
      current = inMemory();
    });
    tests(() => current);
  });
}

function everyStore({ store, clock }: TestStore): EveryStore {
  return {
    journal: store.journal,
    repositories: store.repositories,
    callbackQueue: store.callbackQueue,
    clock,
    leg: (callSid) => store.leg(callSid),
    async position(callSid) {
      return (await store.nonFinalLegs()).find(({ leg }) => leg.sid === callSid)?.position;
    },
    async document(callSid) {
      return (await store.unfinishedLegs()).find(({ leg }) => leg.sid === callSid)?.document;
    },
  };
}

function inMemory(): EveryStore {
  const clock = new FakeClock();
  const store = new MemoryStore(clock);
  return {
    journal: store,
    repositories: store.repositories,
    callbackQueue: store.callbackQueue,
    clock,
    leg: async (callSid) => store.leg(callSid),
    position: async (callSid) => store.positions.get(callSid),
    document: async (callSid) => store.documents.get(callSid),
  };
}
