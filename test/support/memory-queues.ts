import type { JournalEntry, JournalStore } from '../../src/call/journal-store.ts';
import type { KeptQueue, QueueMemberRecord, QueueRecord } from '../../src/call/queue/queue-record.ts';
import type { Clock } from '../../src/concurrency/clock.ts';
import type { Page, PageRequest } from '../../src/records/page.ts';
import type { QueueRepository, QueueWithSize, WaitingMember } from '../../src/records/queue-repository.ts';
import { pageOf } from './memory-page.ts';

/** The queues in memory, and the journal's store for them. */
export class MemoryQueues implements QueueRepository, JournalStore {
  readonly #queues = new Map<string, QueueRecord>();
  readonly #members = new Map<string, QueueMemberRecord>();
  /** For how long somebody waits by now. */
  clock: Pick<Clock, 'now'> | undefined;

  async commit({ queue, queueMembers = [], removedQueue }: JournalEntry): Promise<void> {
    if (queue !== undefined) this.#queues.set(queue.sid, queue);
    for (const { state, ...one } of queueMembers) {
      if (state === 'left') this.#members.delete(one.callSid);
      else this.#members.set(one.callSid, { ...one, state });
    }
    if (removedQueue !== undefined) this.#queues.delete(removedQueue);
  }

  async find(accountSid: string, sid: string): Promise<QueueWithSize | undefined> {
    return this.#first((queue) => queue.accountSid === accountSid && queue.sid === sid);
  }

  async findByName(accountSid: string, friendlyName: string): Promise<QueueWithSize | undefined> {
    return this.#first((queue) => queue.accountSid === accountSid && queue.friendlyName === friendlyName);
  }

  async list(
    accountSid: string,
    page: PageRequest,
    { friendlyName }: { readonly friendlyName?: string },
  ): Promise<Page<QueueWithSize>> {
    const found = [...this.#queues.values()].filter(
      (queue) =>
        queue.accountSid === accountSid && queue.friendlyName === (friendlyName ?? queue.friendlyName),
    );
    return pageOf(
      found.map((queue) => this.#withSize(queue)),
      page,
      { by: ({ dateCreated }) => [dateCreated] },
    );
  }

  async members(queueSid: string, page: PageRequest): Promise<Page<WaitingMember>> {
    const here = this.#waiting(queueSid).map((one) => ({ ...one, sid: one.callSid }));
    const { items, ...rest } = pageOf(here, page, { by: ({ number }) => [number], direction: 'asc' });
    return { ...rest, items: items.map(({ sid: _sid, ...one }) => one) };
  }

  async member(queueSid: string, callSid?: string): Promise<WaitingMember | undefined> {
    return this.#waiting(queueSid).find((one) => one.callSid === (callSid ?? one.callSid));
  }

  async kept(): Promise<readonly KeptQueue[]> {
    return [...this.#queues.values()].map((queue) => ({ queue, members: this.#all(queue.sid) }));
  }

  #first(is: (queue: QueueRecord) => boolean): QueueWithSize | undefined {
    const found = [...this.#queues.values()].find(is);
    return found === undefined ? undefined : this.#withSize(found);
  }

  #withSize(queue: QueueRecord): QueueWithSize {
    const waiting = this.#waiting(queue.sid);
    const now = this.clock?.now() ?? Date.now();
    const sum = waiting.reduce((total, { joinedAt }) => total + now - joinedAt, 0);
    const size = waiting.length;
    return { ...queue, size, averageWaitS: size === 0 ? 0 : Math.max(0, Math.round(sum / size / 1000)) };
  }

  #waiting(queueSid: string): readonly WaitingMember[] {
    return this.#all(queueSid)
      .filter(({ state }) => state === 'waiting')
      .map((one, index) => ({ ...one, position: index + 1 }));
  }

  #all(queueSid: string): readonly QueueMemberRecord[] {
    const here = [...this.#members.values()].filter((one) => one.queueSid === queueSid);
    return here.toSorted((a, b) => a.number - b.number);
  }
}
