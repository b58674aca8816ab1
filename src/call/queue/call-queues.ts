import { newSid } from '../sids.ts';
import { CallQueue, type QueueDeps } from './call-queue.ts';
import type { PlacedMember } from './taken-member.ts';
import type { Place } from './member.ts';
import type { ChangedSettings, KeptQueue, QueueRecord, QueueResult, QueueSettings } from './queue-record.ts';

export interface QueueLimits {
  /** Of a queue that an Enqueue makes without saying how large it may be. */
  readonly maxSize: number;
  /** Of one account. */
  readonly maxQueues: number;
}

/** A leg's request to wait in a queue, which is made if necessary. */
export interface JoinOrder {
  readonly accountSid: string;
  readonly callSid: string;
  /** The queue's name, private to the account. */
  readonly name: string;
  /** Of a queue that this makes. */
  readonly maxSize?: number;
}

/** What a request for a new queue, or a change of one, came to. */
export type QueueChange = QueueRecord | 'taken' | 'too-many';

/** How long after a restart a leg may come back to the member that it had taken. */
const COME_BACK_WITHIN_MS = 10_000;

/** The queues of all accounts, as this process drives them. */
export class CallQueues {
  readonly #deps: QueueDeps;
  readonly #limits: QueueLimits;
  readonly #queues = new Map<string, CallQueue>();
  #cancelSettling: () => void = () => undefined;

  constructor(deps: QueueDeps, limits: QueueLimits) {
    this.#deps = deps;
    this.#limits = limits;
  }

  /** Restores the queues of a former process, before its calls go on. */
  restore(kept: readonly KeptQueue[]): void {
    for (const { queue, members } of kept) {
      this.#queues.set(keyOf(queue), new CallQueue(queue, this.#deps, members));
    }
  }

  /**
   * After the calls of a former process have begun to go on: lets go of what nobody comes back to, and a while later of
   * what nobody has come back to by then.
   */
  settle(lives: (callSid: string) => boolean): void {
    const all = this.all();
    for (const queue of all) void queue.settle(lives, false);
    const isAwaited = all.some(({ members }) => members.some(({ claim }) => claim?.isRestored === true));
    if (!isAwaited) return;
    this.#cancelSettling = this.#deps.clock.after(COME_BACK_WITHIN_MS, () => {
      for (const queue of all) void queue.settle(() => true, true);
    });
  }

  /** Waits for nobody any more. */
  close(): void {
    this.#cancelSettling();
  }

  /** The queues, for the metrics. */
  all(): readonly CallQueue[] {
    return [...this.#queues.values()];
  }

  find(accountSid: string, friendlyName: string): CallQueue | undefined {
    return this.#queues.get(keyOf({ accountSid, friendlyName }));
  }

  bySid(sid: string): CallQueue | undefined {
    return this.all().find(({ record }) => record.sid === sid);
  }

  /** The place of a leg that is in a queue, whatever it is called by now; after a restart. */
  placeOf(callSid: string): Place | undefined {
    for (const { members } of this.all()) {
      const place = members.find(({ record }) => record.callSid === callSid);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  /** Lets a leg wait. `full`: nobody more may wait there, or the account has too many queues. Never rejects. */
  async join(order: JoinOrder): Promise<Place | 'full' | 'unavailable'> {
    const { accountSid, name: friendlyName, callSid } = order;
    const maxSize = order.maxSize ?? this.#limits.maxSize;
    const known = this.find(accountSid, friendlyName);
    if (known === undefined && this.#isAtLimit(accountSid)) return 'full';
    // Its first member's entry writes it.
    const queue = known ?? this.#add({ accountSid, friendlyName, maxSize, madeBy: 'document' });
    const place = await queue.join(callSid);
    // It was removed while this leg was about to enter.
    return place === 'over' ? this.join(order) : place;
  }

  /** @throws what the store throws; then there is no such queue */
  async create(settings: QueueSettings & Pick<QueueRecord, 'accountSid'>): Promise<QueueChange> {
    const { accountSid, friendlyName } = settings;
    if (this.find(accountSid, friendlyName) !== undefined) return 'taken';
    if (this.#isAtLimit(accountSid)) return 'too-many';
    const queue = this.#add({ ...settings, madeBy: 'api' });
    try {
      await queue.create();
    } catch (error) {
      if (queue.remove()) this.#queues.delete(keyOf(queue.record));
      throw error;
    }
    return queue.record;
  }

  /** Undefined: there is no such queue. @throws what the store throws; then nothing has changed */
  async change(sid: string, change: ChangedSettings): Promise<QueueChange | undefined> {
    const queue = this.bySid(sid);
    if (queue === undefined) return undefined;
    const former = queue.record;
    const key = keyOf({ ...former, ...change });
    if (key !== keyOf(former) && this.#queues.has(key)) return 'taken';
    this.#queues.delete(keyOf(former));
    this.#queues.set(key, queue);
    try {
      return await queue.change(change);
    } catch (error) {
      this.#queues.delete(key);
      this.#queues.set(keyOf(former), queue);
      throw error;
    }
  }

  /** Removes a queue in which nobody is. Resolves when that is durable. */
  async remove(sid: string): Promise<'removed' | 'not-empty' | 'not-found'> {
    const queue = this.bySid(sid);
    if (queue === undefined) return 'not-found';
    if (!queue.remove()) return 'not-empty';
    const { record } = queue;
    this.#queues.delete(keyOf(record));
    await this.#deps.store
      .commit({ subjectSid: sid, accountSid: record.accountSid, removedQueue: sid })
      .catch((error: unknown) => this.#deps.onTrouble(sid, error));
    return 'removed';
  }

  /** Removes the queues that documents made and in which nobody has been since then. Resolves with their number. */
  async removeUnused(before: number): Promise<number> {
    const unused = this.all().filter(
      ({ record, members }) => record.madeBy === 'document' && record.usedAt < before && members.length === 0,
    );
    await Promise.all(unused.map(({ record }) => this.remove(record.sid)));
    return unused.length;
  }

  /** Takes a member out over REST, the first one unless it is named; undefined: it is not there, or was taken. */
  async takeOut(sid: string, callSid?: string): Promise<PlacedMember | undefined> {
    return this.bySid(sid)?.takeOut(callSid);
  }

  /** Gives a member another position, from 1; undefined: it does not wait there. */
  async move(sid: string, callSid: string, position: number): Promise<PlacedMember | undefined> {
    return this.bySid(sid)?.move(callSid, position);
  }

  /** Makes a member leave; false when it does not wait there. */
  async dismiss(sid: string, callSid: string): Promise<boolean> {
    return (await this.bySid(sid)?.dismiss(callSid)) ?? false;
  }

  /** Counts a leg that was let into no queue. */
  turnedAway(result: QueueResult): void {
    this.#deps.onLeft?.(result, undefined);
  }

  #isAtLimit(accountSid: string): boolean {
    const own = this.all().filter(({ record }) => record.accountSid === accountSid);
    return own.length >= this.#limits.maxQueues;
  }

  #add(settings: QueueSettings & Pick<QueueRecord, 'accountSid' | 'madeBy'>): CallQueue {
    const now = this.#deps.clock.now();
    const times = { usedAt: now, dateCreated: now, dateUpdated: now };
    const queue = new CallQueue(
      { ...settings, sid: newSid('QU'), nextNumber: 1, nextSequence: 0, ...times },
      this.#deps,
    );
    this.#queues.set(keyOf(queue.record), queue);
    return queue;
  }
}

function keyOf({ accountSid, friendlyName }: Pick<QueueRecord, 'accountSid' | 'friendlyName'>): string {
  return `${accountSid} ${friendlyName}`;
}
