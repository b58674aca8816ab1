import type { Knex } from 'knex';
import type { Clock } from '../../concurrency/clock.ts';
import type { CommitOptions, JournalEntry, JournalStore } from '../../call/journal-store.ts';
import { StoreUnavailableError } from '../../records/repositories.ts';
import { type OwedCallback, owedCallback } from '../callbacks/callback-lines.ts';
import type { Outbox } from '../callbacks/outbox.ts';
import type { GroupCommit, WriteKind } from '../group-commit.ts';
import { toJson } from '../rows.ts';
import type { CarryOver } from './carry-over.ts';
import { weightOf } from './entry-rows.ts';
import type { SwitchScope } from '../lease/scope.ts';
import {
  appendRows,
  appendRowsOf,
  type CommittedEntry,
  entryText,
  epochName,
  type JournalRow,
  type NumberedEntry,
} from './journal-table.ts';

export interface JournalStoreParts {
  readonly writes: GroupCommit;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly carryOver: CarryOver;
  /** In a cluster: whose entries these are. */
  readonly scope?: SwitchScope;
}

/** An entry is durable when it is in the journal: one statement writes all that come together. The tables follow (carry-over.ts). */
export class SqlJournalStore implements JournalStore {
  readonly #parts: JournalStoreParts;
  readonly #epoch: string;
  readonly #append: AppendKinds;
  #number = 0;
  #isFrozen = false;

  constructor(parts: JournalStoreParts) {
    this.#parts = parts;
    const { scope } = parts;
    this.#epoch = scope === undefined ? crypto.randomUUID() : epochName(scope);
    this.#append =
      scope === undefined ? APPEND : appendKinds((knex, rows) => appendRowsOf(scope, knex, rows));
  }

  /** Nothing new becomes durable here any more: the next holder of the switch goes on from what is. */
  freeze(): void {
    this.#isFrozen = true;
  }

  async commit(entry: JournalEntry, { whenUnavailable = 'keep' }: CommitOptions = {}): Promise<void> {
    if (this.#isFrozen) return await this.#uncommitted(whenUnavailable);
    const { writes, outbox, carryOver, clock } = this.#parts;
    const position = entry.position === null ? null : (toJson(entry.position) ?? undefined);
    const committed: CommittedEntry = { entry, position, at: clock.now() };
    const key = { epoch: this.#epoch, number: ++this.#number };
    const owed = owedOf(committed, clock);
    outbox.take(owed);
    try {
      await writes.submit(this.#append[whenUnavailable], { ...committed, key });
    } catch (error) {
      outbox.drop(owed);
      throw error;
    }
    carryOver.add({ ...committed, key, owed });
    outbox.committed(owed);
  }

  /** Whoever waits for it waits for ever, as in a process that has died; who asks for something new is refused. */
  #uncommitted(whenUnavailable: 'keep' | 'refuse'): Promise<void> {
    if (whenUnavailable === 'refuse')
      return Promise.reject(new StoreUnavailableError('the switch is being handed over'));
    return new Promise(() => undefined);
  }
}

/** An entry's callbacks, each with its line and destination. */
export function owedOf({ entry }: CommittedEntry, clock: Clock): readonly OwedCallback[] {
  const aheadMs = clock.steady() - clock.now();
  return (entry.callbacks ?? []).map((callback) => owedCallback(callback, aheadMs));
}

type AppendKinds = Readonly<Record<'keep' | 'refuse', WriteKind<NumberedEntry, void>>>;

function appendKinds(append: (knex: Knex, rows: readonly JournalRow[]) => Promise<void>): AppendKinds {
  const keep: WriteKind<NumberedEntry, void> = {
    whenUnavailable: 'keep',
    transaction: 'none',
    share: (one) => ({ accountSid: one.entry.accountSid, weight: weightOf(one) }),
    run: async (knex, appended) => {
      await append(
        knex,
        appended.map((one) => ({ ...one.key, text: entryText(one) })),
      );
      return appended.map(() => undefined);
    },
  };
  return { keep, refuse: { ...keep, whenUnavailable: 'refuse' } };
}

const APPEND = appendKinds(appendRows);
