import type { KeptQueue, QueueMemberRecord, QueueRecord } from '../call/queue/queue-record.ts';
import type { Page, PageRequest } from './page.ts';

/** A queue with how many wait in it now. */
export interface QueueWithSize extends QueueRecord {
  readonly size: number;
  /** Whole seconds: the mean of those that wait now. */
  readonly averageWaitS: number;
}

/** A leg that waits, with its place among those that do, from 1. */
export interface WaitingMember extends QueueMemberRecord {
  readonly position: number;
}

/** Queues, as REST and a restart read them; the journal writes them. */
export interface QueueRepository {
  find(accountSid: string, sid: string): Promise<QueueWithSize | undefined>;
  findByName(accountSid: string, friendlyName: string): Promise<QueueWithSize | undefined>;
  /** Newest first. */
  list(
    accountSid: string,
    page: PageRequest,
    filter: { readonly friendlyName?: string },
  ): Promise<Page<QueueWithSize>>;
  /** Who waits in the queue now, in the order of the queue. */
  members(queueSid: string, page: PageRequest): Promise<Page<WaitingMember>>;
  /** One that waits; the first one without a CallSid. */
  member(queueSid: string, callSid?: string): Promise<WaitingMember | undefined>;
  /** All queues of every account, with everybody who is in them. */
  kept(): Promise<readonly KeptQueue[]>;
}
