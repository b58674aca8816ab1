import type { Clock } from '../../concurrency/clock.ts';
import { Claim } from './claim.ts';
import { type QueueMemberRecord, type QueueRecord, type QueueResult, waitedSeconds } from './queue-record.ts';

/** What a request of a wait document tells. Times are whole seconds. */
export interface WaitFacts {
  /** From 1. */
  readonly position: number;
  readonly waitedS: number;
  /** The mean of those that wait now. */
  readonly averageS: number;
  readonly size: number;
  readonly maxSize: number;
}

/** A leg's place in a queue, in the hands of its Enqueue. */
export interface Place {
  readonly queueSid: string;
  readonly joinedAt: number;
  /** Aborted when the leg waits no longer: it was taken or dismissed. A new one after `goBack`. */
  readonly called: AbortSignal;
  readonly isDismissed: boolean;
  /** Who has taken it. */
  readonly claim: Claim | undefined;
  /** Whole seconds that it waited, or waits by now. */
  readonly waitedS: number;
  facts(): WaitFacts;
  /** Nobody can take it from now on. False: somebody has taken it already, which only `gone` overrides. */
  withdraw(why: 'leaves' | 'gone'): boolean;
  /** After it was taken in vain: it waits again, in front of those who came later. Resolves when that is durable. */
  goBack(): Promise<void>;
  /** It is not in the queue any more; resolves when that is durable. */
  leave(result: QueueResult): Promise<void>;
}

/** Instead of a CallSid: somebody took it out over REST, to run another document. */
export const BY_API = 'api';
/** Instead of a CallSid: it was told over REST to leave. */
const DISMISSED = 'dismissed';

/** What a member needs from its queue. */
interface Surroundings {
  readonly record: QueueRecord;
  /** Those that wait, in their order. */
  readonly waiting: readonly Member[];
  goBack(member: Member): Promise<void>;
  left(member: Member, result: QueueResult): Promise<void>;
}

/** A leg in a queue. */
export class Member implements Place {
  /** Its entry is not durable yet: it cannot be taken. */
  isNew: boolean;
  /** It waits again since a restart, which is not written yet. */
  isUnwritten = false;
  #record: QueueMemberRecord;
  #claim: Claim | undefined;
  #called = new AbortController();
  #isOut = false;
  readonly #queue: Surroundings;
  readonly #clock: Clock;

  constructor(record: QueueMemberRecord, queue: Surroundings, clock: Clock, isRestored = false) {
    this.#record = record;
    this.#queue = queue;
    this.#clock = clock;
    this.isNew = !isRestored;
    const { takenBy } = record;
    if (takenBy === undefined) return;
    // The request that took it out was not carried out.
    if (takenBy === BY_API) {
      this.#record = waitingAgain(record);
      this.isUnwritten = true;
      return;
    }
    if (takenBy !== DISMISSED) {
      this.#claim = new Claim(takenBy, { isTalking: record.state === 'talking', isRestored });
    }
    this.#called.abort();
  }

  get record(): QueueMemberRecord {
    return this.#record;
  }

  get queueSid(): string {
    return this.#record.queueSid;
  }

  get joinedAt(): number {
    return this.#record.joinedAt;
  }

  get called(): AbortSignal {
    return this.#called.signal;
  }

  get claim(): Claim | undefined {
    return this.#claim;
  }

  get isDismissed(): boolean {
    return this.#record.takenBy === DISMISSED;
  }

  /** Whether it can be taken. */
  get isWaiting(): boolean {
    return !this.isNew && !this.#isOut && this.#record.state === 'waiting';
  }

  get waitedS(): number {
    return waitedSeconds(this.#record, this.#clock.now());
  }

  facts(): WaitFacts {
    const { waiting, record } = this.#queue;
    const now = this.#clock.now();
    const ahead = waiting.filter(({ record: { number } }) => number < this.#record.number).length;
    const sum = waiting.reduce((total, { joinedAt }) => total + Math.max(0, now - joinedAt), 0);
    return {
      position: ahead + 1,
      waitedS: this.waitedS,
      averageS: waiting.length === 0 ? 0 : Math.round(sum / waiting.length / 1000),
      size: waiting.length,
      maxSize: record.maxSize,
    };
  }

  withdraw(why: 'leaves' | 'gone'): boolean {
    if (why === 'leaves' && this.#claim !== undefined) return false;
    this.#isOut = true;
    this.#claim?.memberGoes();
    return true;
  }

  async goBack(): Promise<void> {
    this.#claim = undefined;
    this.#record = waitingAgain(this.#record);
    this.#called = new AbortController();
    await this.#queue.goBack(this);
  }

  leave(result: QueueResult): Promise<void> {
    this.#isOut = true;
    return this.#queue.left(this, result);
  }

  /** For the queue: it has another place. */
  moveTo(number: number): void {
    this.#record = { ...this.#record, number };
  }

  /** For the queue: somebody has taken it. `call` tells the member, once that is durable. */
  takenBy(takenBy: string): Claim {
    const claim = new Claim(takenBy);
    this.#claim = claim;
    this.#record = { ...this.#record, state: 'taken', takenBy, takenAt: this.#clock.now() };
    return claim;
  }

  /** For the queue: its wait is over. */
  call(): void {
    this.#called.abort();
  }

  /** For the queue: it is about to be connected. */
  talks(): void {
    if (this.#claim !== undefined) this.#claim.isTalking = true;
    this.#record = { ...this.#record, state: 'talking' };
  }

  /** For the queue: it was told to leave. `call` tells the member, once that is durable. */
  dismiss(): void {
    this.#record = { ...this.#record, state: 'taken', takenBy: DISMISSED, takenAt: this.#clock.now() };
  }
}

function waitingAgain({ takenBy: _by, takenAt: _at, ...record }: QueueMemberRecord): QueueMemberRecord {
  return { ...record, state: 'waiting' };
}
