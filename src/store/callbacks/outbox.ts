import type {
  CallbackAttempt,
  CallbackQueue,
  Claimed,
  ClaimRequest,
  DueCallback,
  Owed,
  Settlement,
} from '../../call/callbacks-queue.ts';
import { compact } from '../../call/compact.ts';
import type { Clock } from '../../concurrency/clock.ts';
import { within } from '../../concurrency/deadline.ts';
import type { Log } from '../../concurrency/log.ts';
import type { Database } from '../database.ts';
import type { GroupCommit } from '../group-commit.ts';
import type { CarryOver } from '../journal/carry-over.ts';
import type { OwedCallback } from './callback-lines.ts';
import { CallbackTable } from './callback-table.ts';
import { HeldCallbacks } from './held-callbacks.ts';
import { Settlements } from './settlements.ts';
import { TableDestinations } from './table-destinations.ts';

/** How long a look into the table waits for what is not written yet. */
const READS_WAIT_MS = 1_000;
/** A former process's last transaction may still be under way in PostgreSQL when this one has begun. */
const FIRST_STRAYS_MS = 60_000;
const STRAYS_EACH_MS = 600_000;
/** How long the end waits until a database that fails takes what became of callbacks. */
const LAST_WRITES_MS = 6_000;
const LAST_WRITES_PAUSE_MS = 200;

export interface OutboxOptions {
  readonly database: Database;
  readonly writes: GroupCommit;
  readonly clock: Clock;
  readonly log: Log;
  /** No other process uses the database: what is in it is ours, and new callbacks may be held in memory. */
  readonly alone: boolean;
  /** In a cluster: whose callbacks these are. */
  readonly switchId?: string;
  /** What brings the callbacks into the table. */
  readonly carryOver: Pick<CarryOver, 'flush' | 'carried'>;
  /** Told of the callbacks of which something new is in the table. */
  readonly onSettled?: (callbackSids: readonly string[]) => void;
}

/**
 * What is owed to application servers. A new callback is sent from memory as soon as it is on the disk, and what became of
 * it is written down a little later, together with others; what has to wait longer is found in the table
 * (held-callbacks.ts says which is where).
 */
export class Outbox implements CallbackQueue {
  readonly #held: HeldCallbacks;
  readonly #table: CallbackTable;
  readonly #settlements: Settlements;
  readonly #carryOver: OutboxOptions['carryOver'];
  readonly #clock: Clock;
  readonly #listeners = new Set<(owed: readonly Owed[]) => void>();
  readonly #inTable = new TableDestinations();
  /** Where those go that are claimed in the table, and not settled yet. */
  readonly #claimed = new Map<string, string>();
  #tableFirst = false;
  /** When strays are looked for next; never, if another process may hold lines. */
  #straysAt: number;

  private constructor(options: OutboxOptions, held: HeldCallbacks, table: CallbackTable) {
    this.#held = held;
    this.#table = table;
    const { clock, log, alone, carryOver, onSettled } = options;
    this.#clock = clock;
    this.#carryOver = carryOver;
    this.#straysAt = alone ? clock.steady() + FIRST_STRAYS_MS : Number.POSITIVE_INFINITY;
    const first = () => carryOver.flush();
    this.#settlements = new Settlements(compact({ table, clock, log, first, onSettled }), ({ next }) => {
      if (next !== undefined) this.owe([next]);
    });
  }

  /** The outbox of this database; alone, it voids the claims of a former process. @throws StoreUnavailableError */
  static async open(options: OutboxOptions): Promise<Outbox> {
    const { database, writes, alone, switchId } = options;
    if (!alone) {
      const none = new HeldCallbacks(new Map(), 0);
      return new Outbox(options, none, new CallbackTable(database, writes, () => false));
    }
    const table: CallbackTable = new CallbackTable(
      database,
      writes,
      (line) => outbox.hasLine(line),
      switchId,
    );
    await table.forgetClaims();
    const held = new HeldCallbacks(await table.pendingByLine());
    const outbox: Outbox = new Outbox(options, held, table);
    return outbox;
  }

  /** These are about to be written, after all of their lines that were taken before. */
  take(owed: readonly OwedCallback[]): void {
    for (const one of owed) this.#held.take(one);
  }

  /** They were not written. */
  drop(owed: readonly OwedCallback[]): void {
    for (const one of owed) this.#held.drop(one);
  }

  /** They are on the disk. */
  committed(owed: readonly OwedCallback[]): void {
    if (owed.length === 0) return;
    for (const one of owed) if (!this.#held.durable(one)) this.#inTable.add(one.destination, one.at);
    this.#tell(owed.map(({ destination, at }) => ({ destination, at })));
  }

  /** A callback of this line is pending again. */
  replayed(line: string): void {
    this.#held.movedToTable(line, 1);
  }

  /** There is something in the table to be sent to these. */
  owe(owed: readonly Owed[]): void {
    for (const { destination, at } of owed) this.#inTable.add(destination, at);
    this.#tell(owed);
  }

  /** Calls `listener` when something new is owed, with where it goes; returns a function that ends it. */
  onOwed(listener: (owed: readonly Owed[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async claim(request: ClaimRequest): Promise<readonly Claimed[]> {
    // By turns, so that neither waits for the other when there is always more.
    this.#tableFirst = !this.#tableFirst;
    if (this.#tableFirst) return this.#fromMemory(request, await this.#fromTable(request, []));
    const held = this.#fromMemory(request, []);
    try {
      return await this.#fromTable(request, held);
    } catch (error) {
      this.#held.release(held.flatMap(({ callbacks }) => callbacks.map(({ sid }) => sid)));
      throw error;
    }
  }

  isAtHand(destination: string, now: number): boolean {
    return (this.#inTable.at(destination) ?? Number.POSITIVE_INFINITY) > now;
  }

  async settle(attempt: CallbackAttempt, settlement: Settlement): Promise<number | undefined> {
    const sid = attempt.callbackSid;
    const left = this.#held.settle(sid, settlement);
    if (left !== undefined && settlement.state !== 'pending') {
      this.#settlements.later({ attempt, settlement }, left.line);
      return left.nextAt;
    }
    const moved = await this.#settlements.now({ attempt, settlement }, left?.line);
    this.#claimed.delete(sid);
    if (moved === undefined) return undefined;
    if (moved.isOver) this.#held.settledInTable(moved.line);
    if (moved.next !== undefined) this.#inTable.add(moved.next.destination, moved.next.at);
    return moved.next?.at;
  }

  async release(callbackSids: readonly string[]): Promise<void> {
    const inTable = this.#held.release(callbackSids);
    if (inTable.length === 0) return;
    await this.#table.release(inTable);
    for (const sid of inTable) {
      const destination = this.#claimed.get(sid);
      this.#claimed.delete(sid);
      if (destination !== undefined) this.#inTable.add(destination, 0);
    }
  }

  async owed(after: string, most: number): Promise<readonly Owed[]> {
    await this.#mostlyWritten();
    await this.#freeStrays();
    const inTable = await this.#table.owed(after, most);
    for (const { destination, at } of inTable) this.#inTable.add(destination, at);
    const times = new Map(inTable.map(({ destination, at }) => [destination, at]));
    for (const { destination, at } of this.#held.owed()) {
      if (destination > after) times.set(destination, Math.min(at, times.get(destination) ?? at));
    }
    return [...times]
      .map(([destination, at]) => ({ destination, at }))
      .sort((a, b) => (a.destination < b.destination ? -1 : 1))
      .slice(0, most);
  }

  async pending(): Promise<{ readonly count: number; readonly oldestAt?: number }> {
    await this.#mostlyWritten();
    return await this.#table.pending();
  }

  /** Nobody may claim this line in the table: memory holds it, or held it and what became of it is not written yet. */
  hasLine(line: string): boolean {
    return this.#held.hasLine(line) || this.#settlements.hasLine(line);
  }

  /** Resolves when the callbacks so far, and what became of them, are in the table, or could not be written. */
  async written(): Promise<void> {
    await this.#carryOver.carried();
    await this.#settlements.written();
  }

  /** Resolves when nothing is left to be written, or after a while if the database fails. */
  async close(): Promise<void> {
    await within(this.#clock, LAST_WRITES_MS, () => this.#emptied(), undefined);
  }

  async #emptied(): Promise<void> {
    await this.#settlements.written();
    while (this.#settlements.size > 0) {
      await this.#clock.sleep(LAST_WRITES_PAUSE_MS);
      await this.#settlements.written();
    }
  }

  /** Now and then, frees lines that are marked as held by memory although nothing of them is there. */
  async #freeStrays(): Promise<void> {
    const now = this.#clock.steady();
    if (now < this.#straysAt) return;
    this.#straysAt = now + STRAYS_EACH_MS;
    const isHeld = (line: string) => this.hasLine(line) || this.#settlements.isWriting(line);
    const strays = (await this.#table.heldLines()).filter((line) => !isHeld(line));
    if (strays.length > 0) this.owe(await this.#table.free(strays, isHeld));
  }

  /** Adds to each destination what memory has, up to what was asked for. */
  #fromMemory({ from, now, claimUntil }: ClaimRequest, already: readonly Claimed[]): readonly Claimed[] {
    return from.map(({ destination, most }, index) => {
      const before = already[index]?.callbacks ?? [];
      const { callbacks, nextAt } = this.#held.claim(destination, most - before.length, now, claimUntil);
      return merged(destination, [...before, ...callbacks], [already[index]?.nextAt, nextAt]);
    });
  }

  /** Adds to each destination what the table has, up to what was asked for. */
  async #fromTable(request: ClaimRequest, already: readonly Claimed[]): Promise<readonly Claimed[]> {
    const asked = new Map<string, (nextAt: number | undefined) => void>();
    const from = request.from.flatMap(({ destination, most }, index) => {
      const rest = most - (already[index]?.callbacks.length ?? 0);
      if (rest === 0 || this.isAtHand(destination, request.now)) return [];
      asked.set(destination, this.#inTable.asking(destination));
      return [{ destination, most: rest }];
    });
    const found = from.length === 0 ? [] : await this.#table.claim({ ...request, from });
    const byDestination = new Map(found.map((claimed) => [claimed.destination, claimed]));
    return request.from.map(({ destination }, index) => {
      const { callbacks: before = [], nextAt } = already[index] ?? {};
      const claimed = byDestination.get(destination);
      // When nobody asked the table, it has nothing, nothing yet, or more than there was room for.
      if (claimed === undefined) return merged(destination, before, [nextAt, this.#inTable.at(destination)]);
      for (const { sid } of claimed.callbacks) this.#claimed.set(sid, destination);
      asked.get(destination)?.(claimed.nextAt);
      return merged(destination, [...before, ...claimed.callbacks], [nextAt, claimed.nextAt]);
    });
  }

  async #mostlyWritten(): Promise<void> {
    await within(this.#clock, READS_WAIT_MS, () => this.written(), undefined);
  }

  #tell(owed: readonly Owed[]): void {
    for (const listener of this.#listeners) listener(owed);
  }
}

function merged(
  destination: string,
  callbacks: readonly DueCallback[],
  times: readonly (number | undefined)[],
): Claimed {
  const nextAt = Math.min(...times.filter((time) => time !== undefined));
  return { destination, callbacks, nextAt: nextAt === Number.POSITIVE_INFINITY ? undefined : nextAt };
}
