import type { Clock } from '../../concurrency/clock.ts';
import type { CommitOptions, JournalEntry, JournalStore } from '../../call/journal-store.ts';
import { type OwedCallback, owedCallback } from '../callbacks/callback-lines.ts';
import type { Outbox } from '../callbacks/outbox.ts';
import type { GroupCommit, WriteKind } from '../group-commit.ts';
import { toJson } from '../rows.ts';
import type { CarryOver } from './carry-over.ts';
import { weightOf } from './entry-rows.ts';
import { appendRows, type CommittedEntry, entryText, type NumberedEntry } from './journal-table.ts';

export interface JournalStoreParts {
  readonly writes: GroupCommit;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly carryOver: CarryOver;
}

/** An entry is durable when it is in the journal: one statement writes all that come together. The tables follow (carry-over.ts). */
export class SqlJournalStore implements JournalStore {
  readonly #parts: JournalStoreParts;
  readonly #epoch = crypto.randomUUID();
  #number = 0;

  constructor(parts: JournalStoreParts) {
    this.#parts = parts;
  }

  async commit(entry: JournalEntry, { whenUnavailable = 'keep' }: CommitOptions = {}): Promise<void> {
    const { writes, outbox, carryOver, clock } = this.#parts;
    const position = entry.position === null ? null : (toJson(entry.position) ?? undefined);
    const committed: CommittedEntry = { entry, position, at: clock.now() };
    const key = { epoch: this.#epoch, number: ++this.#number };
    const owed = owedOf(committed, clock);
    outbox.take(owed);
    try {
      await writes.submit(APPEND[whenUnavailable], { ...committed, key });
    } catch (error) {
      outbox.drop(owed);
      throw error;
    }
    carryOver.add({ ...committed, key, owed });
    outbox.committed(owed);
  }
}

/** An entry's callbacks, each with its line and destination. */
export function owedOf({ entry }: CommittedEntry, clock: Clock): readonly OwedCallback[] {
  const aheadMs = clock.steady() - clock.now();
  return (entry.callbacks ?? []).map((callback) => owedCallback(callback, aheadMs));
}

const keep: WriteKind<NumberedEntry, void> = {
  whenUnavailable: 'keep',
  transaction: 'none',
  share: (one) => ({ accountSid: one.entry.accountSid, weight: weightOf(one) }),
  run: async (knex, appended) => {
    await appendRows(
      knex,
      appended.map((one) => ({ ...one.key, text: entryText(one) })),
    );
    return appended.map(() => undefined);
  },
};

const APPEND = { keep, refuse: { ...keep, whenUnavailable: 'refuse' } } as const;
