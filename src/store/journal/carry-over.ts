import type { JournalEntry } from '../../call/journal-store.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { Log } from '../../concurrency/log.ts';
import { StoreUnavailableError } from '../../records/repositories.ts';
import type { OwedCallback } from '../callbacks/callback-lines.ts';
import type { GroupCommit, TransactionKind } from '../group-commit.ts';
import { reasonOf } from '../write-failure.ts';
import { type EntryToWrite, type Owner, weightOf, writeEntries } from './entry-rows.ts';
import {
  type CommittedEntry,
  type JournalKey,
  type JournalRow,
  type NumberedEntry,
  readEntryText,
  rejectRow,
  removeRows,
  rowsAfter,
} from './journal-table.ts';
import type { Database } from '../database.ts';

/** An entry that is in the journal and not in the tables yet. */
export interface JournaledEntry extends NumberedEntry {
  readonly owed: readonly OwedCallback[];
}

/** Where the callbacks of an entry wait that is written into the tables. */
export interface CallbackPlaces {
  /** Whether the callbacks of this line are sent from memory, so that nobody may claim them in the table. */
  isHeld(line: string): boolean;
  /** They will never be in the table where they were to wait. */
  drop(owed: readonly OwedCallback[]): void;
}

export interface CarryOverParts {
  readonly writes: GroupCommit;
  readonly clock: Clock;
  readonly log: Log;
  readonly owner: Owner;
  readonly places: CallbackPlaces;
  /** Told of each entry that is in the tables now. */
  readonly onCarried?: (entry: JournalEntry) => void;
}

/** Longer than callbacks wait until they are settled, which hands over what is here, too: so both share a transaction. */
const EACH_MS = 150;
const MOST_WAITING = 200;
/** So far behind the journal, REST shows too little of what has happened. */
const FAR_BEHIND_MS = 5_000;

interface Carried extends EntryToWrite {
  readonly key: JournalKey;
}

/**
 * Writes what is in the journal into the tables that REST reads, a little later and many entries together, in the order
 * in which they were committed; that and the removal from the journal are one transaction. An entry that the tables do not
 * take is put aside, and the rest goes on.
 */
export class CarryOver {
  readonly #parts: CarryOverParts;
  readonly #kind: TransactionKind<Carried, void>;
  #waiting: JournaledEntry[] = [];
  /** What was handed to the writer and is not written yet, and when that was (steady clock), the earliest first. */
  readonly #running = new Map<Promise<void>, number>();
  #cancel: (() => void) | undefined;

  constructor(parts: CarryOverParts) {
    this.#parts = parts;
    this.#kind = carryKind(parts.owner);
  }

  /** It is in the journal now. */
  add(entry: JournaledEntry): void {
    this.#waiting.push(entry);
    if (this.#waiting.length >= MOST_WAITING) this.flush();
    else this.#cancel ??= this.#parts.clock.after(EACH_MS, () => this.flush());
  }

  /** Hands to the writer what is in the journal so far: it is written before whatever is handed to it afterwards. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length === 0) return;
    const { places, clock } = this.#parts;
    const carrying = waiting.map((one) => {
      // Decided now, because what becomes of these callbacks is written after them.
      const owed = one.owed.map((callback) => ({ ...callback, isHeld: places.isHeld(callback.line) }));
      return this.#carry({ ...one, owed });
    });
    const running = Promise.all(carrying).then(() => void this.#running.delete(running));
    this.#running.set(running, clock.steady());
  }

  /** Resolves when everything that is in the journal now is in the tables, or was put aside. */
  async carried(): Promise<void> {
    this.flush();
    await Promise.all(this.#running.keys());
  }

  /** Whether something has waited to be written for so long that nothing new should begin. */
  get isFarBehind(): boolean {
    const [since] = this.#running.values();
    return since !== undefined && this.#parts.clock.steady() - since >= FAR_BEHIND_MS;
  }

  async #carry(one: Carried): Promise<void> {
    const { writes, places, onCarried } = this.#parts;
    try {
      await writes.submit(this.#kind, one);
    } catch (error) {
      // It stays in the journal, for the next start.
      if (error instanceof StoreUnavailableError) return;
      places.drop(one.owed.filter(({ isHeld }) => !isHeld));
      await putAside(this.#parts, one.key, error);
      return;
    }
    onCarried?.(one.entry);
  }
}

const PAGE = 200;

/** Writes into the tables what a former process left in the journal. @throws StoreUnavailableError */
export async function carryOverAll(
  database: Database,
  parts: Omit<CarryOverParts, 'places' | 'onCarried'>,
  owedOf: (entry: CommittedEntry) => readonly OwedCallback[],
): Promise<void> {
  const { switchId } = parts.owner;
  const kind = carryKind(parts.owner);
  const one = async (row: JournalRow): Promise<void> => {
    try {
      const entry = readEntryText(row.text);
      const owed = owedOf(entry).map((callback) => ({ ...callback, isHeld: false }));
      await parts.writes.submit(kind, { ...entry, owed, key: row });
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      await putAside(parts, row, error);
    }
  };
  let count = 0;
  let rows = await rowsAfter(database.reader, undefined, PAGE, switchId);
  for (; rows.length > 0; rows = await rowsAfter(database.reader, rows.at(-1), PAGE, switchId)) {
    await Promise.all(rows.map(one));
    count += rows.length;
  }
  if (count > 0) parts.log.info({ entries: count }, 'The journal of the former process was carried over');
}

function carryKind(owner: Owner): TransactionKind<Carried, void> {
  return {
    whenUnavailable: 'keep',
    transaction: 'shared',
    isAlwaysTaken: true,
    share: (one) => ({ weight: weightOf(one) }),
    run: async (trx, carried) => {
      await writeEntries(trx, await removeRows(trx, carried), owner);
      return carried.map(() => undefined);
    },
  };
}

interface Aside {
  readonly key: JournalKey;
  readonly at: number;
  readonly reason: string;
}

const asideKind: TransactionKind<Aside, void> = {
  whenUnavailable: 'keep',
  transaction: 'alone',
  isAlwaysTaken: true,
  run: async (trx, aside) => {
    for (const { key, ...rejected } of aside) await rejectRow(trx, key, rejected);
    return aside.map(() => undefined);
  },
};

async function putAside(
  { writes, clock, log }: Pick<CarryOverParts, 'writes' | 'clock' | 'log'>,
  { epoch, number }: JournalKey,
  error: unknown,
): Promise<void> {
  const { reason } = reasonOf(error);
  log.error({ epoch, number, reason }, 'An entry of the journal was put aside: the tables do not take it');
  await writes
    .submit(asideKind, { key: { epoch, number }, at: clock.now(), reason })
    .catch((failure: unknown) => {
      log.error({ epoch, number, err: failure }, 'It stays in the journal');
    });
}
