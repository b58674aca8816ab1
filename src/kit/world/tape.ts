import {
  type CallbackAttempt,
  destinationOf,
  type Owed,
  type Settlement,
} from '../../call/callbacks-queue.ts';
import type {
  JournalEntry,
  JournalStore,
  NewCallback,
  NewCallEvent,
  NotificationRecord,
  StoredLeg,
} from '../../call/journal-store.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { MemoryCallbackQueue } from './memory-callback-queue.ts';

/** What became of one attempt to deliver a callback. */
export interface Settled {
  readonly callback: NewCallback;
  readonly attempt: CallbackAttempt;
  readonly settlement: Settlement;
}

/** Whoever follows what happens to the calls. */
export interface TapeReader {
  event?(event: NewCallEvent): void;
  notification?(notification: NotificationRecord): void;
  settled?(settled: Settled): void;
}

/** The journal's store in memory: what was committed last of each leg, and all callbacks with what became of them. */
export class Tape implements JournalStore {
  readonly queue: MemoryCallbackQueue;
  readonly #clock: Clock;
  readonly #reader: TapeReader;
  readonly #legs = new Map<string, StoredLeg>();
  readonly #callbacks = new Map<string, NewCallback>();
  readonly #verbs = new Map<string, string>();
  #onOwed: (owed: readonly Owed[]) => void = () => undefined;

  constructor(clock: Clock, reader: TapeReader) {
    this.#clock = clock;
    this.#reader = reader;
    this.queue = new MemoryCallbackQueue((attempt, settlement) => {
      const callback = this.#callbacks.get(attempt.callbackSid);
      if (callback !== undefined) reader.settled?.({ callback, attempt, settlement });
    });
  }

  /** Who is told of new callbacks. */
  onOwed(listener: (owed: readonly Owed[]) => void): void {
    this.#onOwed = listener;
  }

  leg(callSid: string): StoredLeg | undefined {
    return this.#legs.get(callSid);
  }

  /**
   * The verb that a leg has begun last, or else the leg that dialled it, with its place in its document, as in
   * `<Dial> (line 1, column 11)`.
   */
  verbOf(callSid: string): string | undefined {
    const parent = this.#legs.get(callSid)?.leg.parentCallSid;
    return this.#verbs.get(callSid) ?? (parent === undefined ? undefined : this.verbOf(parent));
  }

  commit(entry: JournalEntry): Promise<void> {
    if (entry.leg !== undefined) this.#legs.set(entry.leg.leg.sid, entry.leg);
    for (const event of entry.events ?? []) this.#take(event);
    for (const notification of entry.notifications ?? []) this.#reader.notification?.(notification);
    const callbacks = entry.callbacks ?? [];
    if (callbacks.length > 0) this.#owe(callbacks);
    return Promise.resolve();
  }

  #take(event: NewCallEvent): void {
    const { kind, callSid, data } = event;
    if (kind === 'verb') this.#verbs.set(callSid, placeOf(data));
    this.#reader.event?.(event);
  }

  #owe(callbacks: readonly NewCallback[]): void {
    for (const callback of callbacks) {
      this.#callbacks.set(callback.sid, callback);
      // What is due counts in even time, whatever the clock of the machine says.
      const ago = this.#clock.now() - callback.createdAt;
      this.queue.add({ ...callback, createdAt: this.#clock.steady() - ago });
    }
    const at = this.#clock.steady();
    this.#onOwed(callbacks.map((callback) => ({ destination: destinationOf(callback), at })));
  }
}

function placeOf({ name, line, column }: NewCallEvent['data']): string {
  return `<${String(name)}> (line ${String(line)}, column ${String(column)})`;
}
