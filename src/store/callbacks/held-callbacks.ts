import type { DueCallback, Owed, Settlement } from '../../call/callbacks-queue.ts';
import { DueTimes } from '../../concurrency/due-times.ts';
import type { OwedCallback } from './callback-lines.ts';

interface Held {
  readonly owed: OwedCallback;
  /** The transaction that owes it is on the disk: it may be sent. */
  isDurable: boolean;
  /** It is the first of its line, and waits to be claimed, or is claimed until then. */
  isOffered: boolean;
  claimedUntil: number;
}

/** What waits for one destination. Claims end in the order in which they were made. */
interface Waiting {
  readonly open: DueTimes<Held>;
  readonly claimed: Set<Held>;
}

/** What memory gives of one destination. */
export interface HeldClaim {
  readonly callbacks: readonly DueCallback[];
  /** When the next one that nobody has claimed is due. */
  readonly nextAt: number | undefined;
}

/** The callback has left memory. `nextAt`: when the next of its line is due, of those that memory holds. */
export interface Left {
  readonly line: string;
  readonly nextAt: number | undefined;
}

const MOST = 10_000;

/**
 * Callbacks that are sent from memory, from the commit that owes them until their first attempt: nobody has to look for
 * them in the database. There they are rows like all others, in lines that nobody else may claim (`HELD` in
 * callback-lines.ts), which the next start finds if this process dies.
 *
 * A line is either here or in the table, so that its order is kept: it comes here when nothing of it waits in the
 * table, and moves to the table, with everything in it, when its first callback has to be tried again.
 */
export class HeldCallbacks {
  readonly #most: number;
  /** By line, in order; none is empty. */
  readonly #lines = new Map<string, Held[]>();
  readonly #held = new Map<string, Held>();
  readonly #destinations = new Map<string, Waiting>();
  /** How many callbacks of a line are pending, or about to be, in the table alone. */
  readonly #inTable: Map<string, number>;

  /** `inTable` is what the table has now, by line; `most` is how many may be here at once. */
  constructor(inTable: ReadonlyMap<string, number> = new Map(), most = MOST) {
    this.#inTable = new Map(inTable);
    this.#most = most;
  }

  get size(): number {
    return this.#held.size;
  }

  /** Decides where a callback that is about to be written waits: here, or in the table if its line is there, or too many are here. */
  take(owed: OwedCallback): void {
    const line = this.#lines.get(owed.line);
    const isFull = line === undefined && this.#held.size >= this.#most;
    if (isFull || this.#inTable.has(owed.line)) return this.movedToTable(owed.line, 1);
    const held: Held = { owed, isDurable: false, isOffered: false, claimedUntil: 0 };
    this.#held.set(owed.callback.sid, held);
    if (line === undefined) this.#lines.set(owed.line, [held]);
    else line.push(held);
  }

  /** It was not written. */
  drop({ line, callback }: OwedCallback): void {
    if (!this.#held.has(callback.sid)) return this.settledInTable(line);
    this.#leave(callback.sid);
    this.#offer(line);
  }

  /** It is on the disk; false when it waits in the table. */
  durable({ callback }: OwedCallback): boolean {
    const held = this.#held.get(callback.sid);
    if (held === undefined) return false;
    held.isDurable = true;
    this.#offer(held.owed.line);
    return true;
  }

  has(sid: string): boolean {
    return this.#held.has(sid);
  }

  hasLine(line: string): boolean {
    return this.#lines.has(line);
  }

  /** So many more of this line are pending in the table. */
  movedToTable(line: string, count: number): void {
    this.#inTable.set(line, (this.#inTable.get(line) ?? 0) + count);
  }

  /** One of this line is no longer pending in the table. */
  settledInTable(line: string): void {
    const left = (this.#inTable.get(line) ?? 0) - 1;
    if (left > 0) this.#inTable.set(line, left);
    else this.#inTable.delete(line);
  }

  /** The first of each line that is due and not claimed, the earliest due first. */
  claim(destination: string, most: number, now: number, claimUntil: number): HeldClaim {
    const waiting = this.#destinations.get(destination);
    if (waiting === undefined) return { callbacks: [], nextAt: undefined };
    this.#endClaims(waiting, now);
    const callbacks: DueCallback[] = [];
    for (let next = this.#earliest(waiting); next !== undefined; next = this.#earliest(waiting)) {
      if (next.owed.at > now || callbacks.length === most) break;
      waiting.open.shift();
      next.claimedUntil = claimUntil;
      waiting.claimed.add(next);
      callbacks.push({ ...next.owed.callback, attempts: 0, createdAt: next.owed.at });
    }
    const nextAt = this.#earliest(waiting)?.owed.at;
    if (nextAt === undefined && waiting.claimed.size === 0) this.#destinations.delete(destination);
    return { callbacks, nextAt };
  }

  /** Undefined when it is not here. When it is to be tried again, its whole line goes to the table. */
  settle(sid: string, settlement: Settlement): Left | undefined {
    const held = this.#held.get(sid);
    if (held === undefined) return undefined;
    const { line } = held.owed;
    if (settlement.state !== 'pending') {
      this.#leave(sid);
      return { line, nextAt: this.#offer(line)?.owed.at };
    }
    const all = this.#lines.get(line) ?? [];
    for (const { owed } of all) this.#forget(owed.callback.sid);
    this.#lines.delete(line);
    this.movedToTable(line, all.length);
    return { line, nextAt: undefined };
  }

  /** Ends claims; returns those that are not here. */
  release(sids: readonly string[]): readonly string[] {
    return sids.filter((sid) => {
      const held = this.#held.get(sid);
      if (held !== undefined) this.#open(held);
      return held === undefined;
    });
  }

  /** Destinations with the earliest time at which something can be claimed. */
  owed(): readonly Owed[] {
    return [...this.#destinations].flatMap(([destination, waiting]) => {
      const [claimed] = waiting.claimed;
      const times = [this.#earliest(waiting)?.owed.at, claimed?.claimedUntil];
      const at = Math.min(...times.filter((time) => time !== undefined));
      return at === Number.POSITIVE_INFINITY ? [] : [{ destination, at }];
    });
  }

  /** Lets the first of a line be claimed, if it is not yet; returns it if it is on the disk. */
  #offer(line: string): Held | undefined {
    const first = this.#lines.get(line)?.[0];
    if (first === undefined || !first.isDurable) return undefined;
    if (!first.isOffered) {
      first.isOffered = true;
      this.#waitingAt(first.owed.destination).open.add(first.owed.at, first);
    }
    return first;
  }

  #open(held: Held): void {
    const waiting = this.#waitingAt(held.owed.destination);
    if (waiting.claimed.delete(held)) waiting.open.add(held.owed.at, held);
  }

  #endClaims({ claimed, open }: Waiting, now: number): void {
    for (const held of claimed) {
      if (held.claimedUntil > now) break;
      claimed.delete(held);
      open.add(held.owed.at, held);
    }
  }

  /** The earliest that is still here. */
  #earliest({ open }: Waiting): Held | undefined {
    for (let first = open.earliest; first !== undefined; first = open.earliest) {
      if (this.#held.get(first.item.owed.callback.sid) === first.item) return first.item;
      open.shift();
    }
    return undefined;
  }

  #leave(sid: string): void {
    const held = this.#forget(sid);
    if (held === undefined) return;
    const { line } = held.owed;
    const rest = (this.#lines.get(line) ?? []).filter((one) => one !== held);
    if (rest.length > 0) this.#lines.set(line, rest);
    else this.#lines.delete(line);
  }

  #forget(sid: string): Held | undefined {
    const held = this.#held.get(sid);
    if (held === undefined) return undefined;
    this.#held.delete(sid);
    const { destination } = held.owed;
    const waiting = this.#destinations.get(destination);
    waiting?.claimed.delete(held);
    if (waiting !== undefined && waiting.claimed.size === 0 && this.#earliest(waiting) === undefined) {
      this.#destinations.delete(destination);
    }
    return held;
  }

  #waitingAt(destination: string): Waiting {
    const known = this.#destinations.get(destination);
    if (known !== undefined) return known;
    const made: Waiting = { open: new DueTimes(), claimed: new Set() };
    this.#destinations.set(destination, made);
    return made;
  }
}
