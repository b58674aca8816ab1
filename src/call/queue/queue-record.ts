import type { CallbackTarget } from '../callback-target.ts';

/** What a queue's callback can be asked for: somebody joined, left (whatever for), or found it full. */
export const QUEUE_EVENTS = ['join', 'leave', 'full'] as const;
export type QueueEvent = (typeof QUEUE_EVENTS)[number];

/** What a queue is made with. */
export type QueueSettings = Pick<QueueRecord, 'friendlyName' | 'maxSize' | 'statusCallback'>;
/** What is changed of a queue; a callback that is undefined is removed. */
export type ChangedSettings = Partial<Pick<QueueSettings, 'friendlyName' | 'maxSize'>> & {
  readonly statusCallback?: QueueSettings['statusCallback'] | undefined;
};

/** A queue of an account, in which legs wait for somebody who takes them. Times are milliseconds since the epoch. */
export interface QueueRecord {
  /** `QU` + 32 hex. */
  readonly sid: string;
  readonly accountSid: string;
  /** Its name in the documents; case counts. */
  readonly friendlyName: string;
  /** So many may wait; who comes then is turned away. */
  readonly maxSize: number;
  /** The number of the next member; it only grows. */
  readonly nextNumber: number;
  /** `document`: an Enqueue made it, and it may be removed when nobody uses it for long. */
  readonly madeBy: 'document' | 'api';
  readonly statusCallback?: CallbackTarget<QueueEvent>;
  /** SequenceNumber of the next event that is told; of one that nobody asked for there is none. */
  readonly nextSequence: number;
  /** When somebody last came or went. */
  readonly usedAt: number;
  readonly dateCreated: number;
  /** When its settings last changed. */
  readonly dateUpdated: number;
}

/**
 * `waiting`: in the list. `taken`: somebody has taken it; it is not counted any more, but may come back to its place.
 * `talking`: it talks to the leg that took it.
 */
export type MemberState = 'waiting' | 'taken' | 'talking';

/** A leg in a queue; a leg is in at most one. */
export interface QueueMemberRecord {
  readonly queueSid: string;
  readonly callSid: string;
  readonly accountSid: string;
  /** Members are taken in the order of these; no two of a queue have the same. */
  readonly number: number;
  readonly state: MemberState;
  /** The CallSid of the leg that took it, or `api`; absent while it waits. */
  readonly takenBy?: string;
  readonly takenAt?: number;
  readonly joinedAt: number;
}

/** A member as a change leaves it. `left`: it is not in the queue any more. */
export type QueueMemberChange = Omit<QueueMemberRecord, 'state'> & { readonly state: MemberState | 'left' };

/** A queue as a restart finds it. */
export interface KeptQueue {
  readonly queue: QueueRecord;
  readonly members: readonly QueueMemberRecord[];
}

/** How an Enqueue ended, in the words of `QueueResult`. */
export const QUEUE_RESULTS = [
  'bridged',
  'bridging-in-process',
  'leave',
  'redirected',
  'redirected-from-bridged',
  'queue-full',
  'hangup',
  'timeout',
  'error',
  'system-error',
] as const;
export type QueueResult = (typeof QUEUE_RESULTS)[number];

export const LONGEST_QUEUE_NAME = 64;
/** The largest size that a queue can be given. */
export const LARGEST_QUEUE = 5000;

/** Whole seconds that a member waited until it was taken, or has waited by now. */
export function waitedSeconds(
  { joinedAt, takenAt }: Pick<QueueMemberRecord, 'joinedAt' | 'takenAt'>,
  now: number,
): number {
  return Math.max(0, Math.round(((takenAt ?? now) - joinedAt) / 1000));
}
