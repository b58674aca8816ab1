import type { Clock } from '../../concurrency/clock.ts';
import type { JournalStore } from '../journal-store.ts';
import type { Claim } from './claim.ts';
import { BY_API, Member, type Place } from './member.ts';
import { reordered } from './order.ts';
import { queueEvent, type QueueHappening } from './queue-events.ts';
import type {
  QueueMemberChange,
  QueueMemberRecord,
  QueueRecord,
  QueueResult,
  ChangedSettings,
} from './queue-record.ts';
import { queueCallback, type ToldOfQueue } from './queue-callbacks.ts';
import { compact } from '../compact.ts';
import type { PlacedMember, TakenMember } from './taken-member.ts';

export interface QueueDeps {
  readonly store: JournalStore;
  readonly clock: Clock;
  /** Told of what could not be written; it must not throw. */
  onTrouble(queueSid: string, error: unknown): void;
  /** Told of each Enqueue that is over, for the metrics; the time is undefined when the leg was in no queue. */
  onLeft?(result: QueueResult, waitedS: number | undefined): void;
}

interface Taker {
  readonly callSid: string;
  readonly gets: (member: TakenMember | undefined) => void;
}

/**
 * One queue. Who waits, who takes whom, and who leaves is decided here at once, so that nobody is taken twice; each
 * change is then written, and both sides are told when it is durable. Entries of one queue are written in the order in
 * which they were decided.
 */
export class CallQueue {
  readonly #deps: QueueDeps;
  #record: QueueRecord;
  /** In the order of their numbers, including those that were taken. */
  readonly #members: Member[] = [];
  /** Those who wait for a member, in the order in which they came. */
  readonly #takers: Taker[] = [];
  #isOver = false;

  constructor(record: QueueRecord, deps: QueueDeps, members: readonly QueueMemberRecord[] = []) {
    this.#record = record;
    this.#deps = deps;
    for (const member of members) this.#members.push(new Member(member, this, deps.clock, true));
    const last = this.#members.at(-1)?.record.number ?? 0;
    if (last >= record.nextNumber) this.#record = { ...record, nextNumber: last + 1 };
  }

  get record(): QueueRecord {
    return this.#record;
  }

  /** It was removed. */
  get isOver(): boolean {
    return this.#isOver;
  }

  get members(): readonly Member[] {
    return this.#members;
  }

  /** Those that wait, in their order. */
  get waiting(): readonly Member[] {
    return this.#members.filter(({ isWaiting }) => isWaiting);
  }

  /** Lets a leg wait; one that is in the queue already gets its place. `unavailable`: that could not be written. */
  async join(callSid: string): Promise<Place | 'full' | 'unavailable' | 'over'> {
    if (this.#isOver) return 'over';
    const known = this.#members.find(({ record }) => record.callSid === callSid);
    if (known !== undefined) return known;
    // Those whose entry is being written are counted as well.
    const counted = this.#members.filter(({ isWaiting, isNew }) => isWaiting || isNew);
    if (counted.length >= this.#record.maxSize) {
      await this.#write([], [], { event: 'full', callSid, size: counted.length });
      return 'full';
    }
    const { accountSid, sid: queueSid, nextNumber: number } = this.#record;
    const joinedAt = this.#deps.clock.now();
    const record: QueueMemberRecord = { queueSid, callSid, accountSid, number, state: 'waiting', joinedAt };
    const member = new Member(record, this, this.#deps.clock);
    this.#members.push(member);
    this.#record = { ...this.#record, nextNumber: number + 1 };
    try {
      const position = counted.length + 1;
      const told = { event: 'join', callSid, position, size: position } as const;
      await this.#commit(
        { members: [member.record], happened: [{ callSid, event: 'queued' }], told },
        'refuse',
      );
    } catch (error) {
      this.#forget(member);
      this.#deps.onTrouble(queueSid, error);
      return 'unavailable';
    }
    member.isNew = false;
    this.#serve();
    return member;
  }

  /**
   * Takes the first member, or waits for the next one until `until` aborts. Those who wait are served in their order. The
   * member may have gone by then, which `claim.gone` says. Undefined: nobody came, or the queue was removed.
   */
  take(takerSid: string, until: AbortSignal): Promise<TakenMember | undefined> {
    return new Promise((resolve) => {
      if (this.#isOver) return resolve(undefined);
      const stop = () => {
        const index = this.#takers.indexOf(taker);
        if (index < 0) return;
        this.#takers.splice(index, 1);
        taker.gets(undefined);
      };
      const taker: Taker = {
        callSid: takerSid,
        gets: (member) => {
          until.removeEventListener('abort', stop);
          resolve(member);
        },
      };
      this.#takers.push(taker);
      until.addEventListener('abort', stop);
      this.#serve();
      if (until.aborted) stop();
    });
  }

  /** The member that this leg had taken before a restart, if it is still there. */
  reclaim(takerSid: string): TakenMember | undefined {
    const member = this.#members.find(
      ({ claim }) => claim?.isRestored === true && claim.takerSid === takerSid,
    );
    if (member?.claim === undefined) return undefined;
    member.claim.isRestored = false;
    return this.#taken(member, member.claim);
  }

  /**
   * After a restart: members are let go whose takers have not come back and do not live, or (`all`) have not come back
   * by now; members whose own legs do not live are removed.
   */
  async settle(lives: (callSid: string) => boolean, all: boolean): Promise<void> {
    for (const { claim } of this.#members) {
      if (claim?.isRestored !== true || (!all && lives(claim.takerSid))) continue;
      claim.isRestored = false;
      claim.finish(claim.isTalking ? 'bridged' : 'abandoned');
    }
    const lost = this.#members.filter(({ record }) => !lives(record.callSid));
    const left = lost.map((member) => member.leave('system-error'));
    const back = this.#members.filter(({ isUnwritten }) => isUnwritten);
    for (const member of back) member.isUnwritten = false;
    await Promise.all([...left, ...back.map((member) => this.goBack(member))]);
  }

  /** Takes a member out over REST, the first one unless it is named; undefined: it is not there, or was taken. */
  async takeOut(callSid?: string): Promise<PlacedMember | undefined> {
    const { waiting } = this;
    const index = callSid === undefined ? 0 : waiting.findIndex(({ record }) => record.callSid === callSid);
    const member = waiting[index];
    if (member === undefined) return undefined;
    const before = { member: member.record, position: index + 1 };
    member.takenBy(BY_API);
    const happened = { callSid: member.record.callSid, event: 'dequeued', waited: member.waitedS } as const;
    await this.#write([member.record], [happened]);
    return before;
  }

  /** Gives a member that waits another position, from 1, or the last one; undefined: it does not wait. */
  async move(callSid: string, position: number): Promise<PlacedMember | undefined> {
    const { waiting } = this;
    const member = waiting.find(({ record }) => record.callSid === callSid);
    if (member === undefined) return undefined;
    const { inOrder, numbers, index } = reordered(waiting, member, position);
    const moved = inOrder.filter(({ record }, at) => record.number !== numbers[at]);
    for (const [at, one] of inOrder.entries()) one.moveTo(numbers[at] ?? one.record.number);
    this.#members.sort((a, b) => a.record.number - b.record.number);
    if (moved.length > 0)
      await this.#write(
        moved.map(({ record }) => record),
        [{ callSid, event: 'moved' }],
      );
    return { member: member.record, position: index + 1 };
  }

  /** Makes a member leave; false when it does not wait. */
  async dismiss(callSid: string): Promise<boolean> {
    const member = this.waiting.find(({ record }) => record.callSid === callSid);
    if (member === undefined) return false;
    member.dismiss();
    await this.#write([member.record], []);
    member.call();
    return true;
  }

  /** Changes its settings. @throws what the store throws; then nothing has changed */
  async change(change: ChangedSettings): Promise<QueueRecord> {
    const former = this.#record;
    this.#record = compact({ ...former, ...change, dateUpdated: this.#deps.clock.now() });
    try {
      await this.#commit({}, 'refuse');
    } catch (error) {
      const { statusCallback: _, ...now } = this.#record;
      const { friendlyName, maxSize, statusCallback, dateUpdated } = former;
      this.#record = compact({ ...now, friendlyName, maxSize, statusCallback, dateUpdated });
      throw error;
    }
    return this.#record;
  }

  /** Writes the queue as it was made. @throws what the store throws */
  create(): Promise<void> {
    return this.#commit({}, 'refuse');
  }

  /** Ends it while nobody is in it; false otherwise. Whoever waits for a member waits no longer. */
  remove(): boolean {
    if (this.#members.length > 0) return false;
    this.#isOver = true;
    for (const taker of this.#takers.splice(0)) taker.gets(undefined);
    return true;
  }

  /** For `Member`: it goes back to its place. */
  goBack(member: Member): Promise<void> {
    const { callSid } = member.record;
    const written = this.#write([member.record], [{ callSid, event: 'back-in-place' }]);
    return written.then(() => this.#serve());
  }

  /** For `Member`: it is not in the queue any more. */
  async left(member: Member, result: QueueResult): Promise<void> {
    if (!this.#forget(member)) return;
    const waited = member.waitedS;
    const { callSid } = member.record;
    this.#deps.onLeft?.(result, waited);
    await this.#write(
      [{ ...member.record, state: 'left' as const }],
      [{ callSid, event: 'left', result, waited }],
      { event: 'leave', callSid, result, waited, size: this.waiting.length },
    );
  }

  /** Gives the members that wait to those who wait for one. */
  #serve(): void {
    for (const member of this.waiting) {
      const taker = this.#takers.shift();
      if (taker === undefined) return;
      void this.#give(member, taker);
    }
  }

  async #give(member: Member, taker: Taker): Promise<void> {
    const claim = member.takenBy(taker.callSid);
    const { callSid } = member.record;
    const waited = member.waitedS;
    await this.#write(
      [member.record],
      [
        { callSid, event: 'dequeued', other: taker.callSid, waited },
        { callSid: taker.callSid, event: 'dequeued', other: callSid, waited },
      ],
    );
    member.call();
    taker.gets(this.#taken(member, claim));
  }

  #taken(member: Member, claim: Claim): TakenMember {
    const { callSid, queueSid } = member.record;
    return {
      callSid,
      queueSid,
      claim,
      waitedS: member.waitedS,
      talks: async () => {
        if (claim.isTalking || claim.gone.aborted) return;
        member.talks();
        const other = claim.takerSid;
        await this.#write(
          [member.record],
          [
            { callSid, event: 'bridged', other },
            { callSid: other, event: 'bridged', other: callSid },
          ],
        );
      },
      finish: (verdict) => claim.finish(verdict),
    };
  }

  #forget(member: Member): boolean {
    const index = this.#members.indexOf(member);
    if (index >= 0) this.#members.splice(index, 1);
    return index >= 0;
  }

  /** Like a call, a queue goes on even when the database cannot write. */
  #write(
    members: readonly QueueMemberChange[],
    happened: readonly QueueHappening[],
    told?: ToldOfQueue,
  ): Promise<void> {
    return this.#commit(compact({ members, happened, told }), 'keep').catch((error: unknown) =>
      this.#deps.onTrouble(this.#record.sid, error),
    );
  }

  #commit(
    { members: queueMembers = [], happened = [], told }: Written,
    whenUnavailable: 'keep' | 'refuse',
  ): Promise<void> {
    const { store, clock } = this.#deps;
    const at = clock.now();
    if (queueMembers.length > 0) this.#record = { ...this.#record, usedAt: at };
    const callback = told === undefined ? undefined : queueCallback(this.#record, at, told);
    if (callback !== undefined) {
      this.#record = { ...this.#record, nextSequence: this.#record.nextSequence + 1 };
    }
    const { sid, accountSid } = this.#record;
    const events = happened.map((one) => queueEvent(this.#record, at, one));
    const callbacks = callback === undefined ? {} : { callbacks: [callback] };
    return store.commit(
      { subjectSid: sid, accountSid, queue: this.#record, queueMembers, events, ...callbacks },
      { whenUnavailable },
    );
  }
}

/** What one change writes. */
interface Written {
  readonly members?: readonly QueueMemberChange[];
  readonly happened?: readonly QueueHappening[];
  readonly told?: ToldOfQueue;
}
