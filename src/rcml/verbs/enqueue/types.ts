import type { RequestTarget } from '../../../call/callback-target.ts';
import type { HttpMethod } from '../../../call/http-method.ts';
import type { QueueResult } from '../../../call/queue/queue-record.ts';
import type { Position } from '../../run/position.ts';
import type { Kept, RunContext } from '../../run/run-context.ts';

/** `<Enqueue>`: the leg waits in a queue until it is taken out. */
export interface EnqueueVerb {
  /** As written; case counts. */
  readonly queue: string;
  readonly action?: string;
  readonly method: HttpMethod;
  /** What is heard meanwhile; undefined: music. */
  readonly wait?: RequestTarget | 'silence';
  /** Of a queue that this makes. */
  readonly maxQueueSize?: number;
  readonly maxWaitTimeS?: number;
}

/** How the leg left the queue; kept before the queue is told, so that the action is requested once. */
export interface EnqueueEnd {
  readonly result: QueueResult;
  /** The action's I-Idempotency-Token. */
  readonly token: string;
  /** Absent when the leg was in no queue. */
  readonly queueSid?: string;
  readonly waitedS?: number;
  /** The document said that the leg is to be hung up. */
  readonly hangsUp?: boolean;
}

/** What an Enqueue goes on from after a restart; its place itself is kept with the queue. */
export interface EnqueueState {
  readonly end?: EnqueueEnd;
  /** Where the wait document stands. */
  readonly wait?: Position;
}

export type EnqueueContext = RunContext & Kept<EnqueueState>;
