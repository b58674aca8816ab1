/** What the REST API asks of the rest of Legwork; main connects it. */
import type { RequestTarget } from '../call/callback-target.ts';
import type { ClientStatus, TrunkStatus } from '../call/sip-status.ts';
import type { ApiCallOrder, DocumentSource } from '../rcml/run/api-call-order.ts';
import type { CallRecord, ClientRecord, TrunkRecord } from '../records/repositories.ts';

/** No more calls can be taken now: too many, or too fast. Nothing was created. */
export class CapacityError extends Error {
  readonly retryAfterS: number;
  constructor(message: string, retryAfterS = 1) {
    super(message);
    this.name = 'CapacityError';
    this.retryAfterS = retryAfterS;
  }
}

/** Legwork is stopping: it takes no new calls. Nothing was created. */
export class StoppingError extends Error {
  /** A restart is usually over by then. */
  readonly retryAfterS = 30;
  constructor() {
    super('Legwork is stopping and takes no new calls');
    this.name = 'StoppingError';
  }
}

/** Asterisk is out of reach: a call that began now would only fail. Nothing was created. */
export class NoAsteriskError extends Error {
  readonly retryAfterS = 5;
  constructor() {
    super('Asterisk is out of reach, no call can begin now');
    this.name = 'NoAsteriskError';
  }
}

/** What a live call is to do from now on; at least one member beside `moveConnected` is there. */
export interface CallChange {
  /** Whatever the leg does now stops, and this document runs. */
  readonly document?: Exclude<DocumentSource, { readonly kind: 'application' }>;
  /** Asked when `document` or one after it cannot be had; only with `document`. */
  readonly fallback?: RequestTarget;
  /** The leg that it talks to comes along to `document`; otherwise that one is hung up. */
  readonly moveConnected: boolean;
  readonly mute?: boolean;
  /** Replaces the leg's own; its events stay as they were. */
  readonly statusCallback?: RequestTarget;
  /** As that of an order. */
  readonly ignored?: readonly string[];
}

export interface CallService {
  /**
   * Creates the call; it is durable, and `queued`, when this resolves. `start` begins to dial; it is called
   * exactly once, when the reply was handed to the socket or the client has gone.
   * @throws CapacityError, StoppingError, NoAsteriskError, StoreUnavailableError
   */
  create(order: ApiCallOrder): Promise<{ readonly record: CallRecord; start(): void }>;
  /**
   * Ends a live call: `completed` in any state, `canceled` only before it is answered. Resolves when the end
   * is under way.
   * @throws StoreUnavailableError
   */
  end(
    accountSid: string,
    callSid: string,
    as: 'completed' | 'canceled',
  ): Promise<'ended' | 'not-found' | 'already-over' | 'not-cancelable'>;
  /**
   * Changes a live call in whatever state and verb it is. Resolves when the change is made; changes of one
   * call are asked for one after another.
   * @throws StoreUnavailableError
   */
  modify(
    accountSid: string,
    callSid: string,
    change: CallChange,
  ): Promise<'modified' | 'not-found' | 'already-over'>;
}

/**
 * Brings accounts of phones and trunks to Asterisk. A rejection means that Asterisk is away: the change stays
 * in the database, and is pushed when Asterisk is back.
 */
export interface Provisioning {
  /** A new or changed client; a disabled one is removed from Asterisk. */
  clientChanged(client: ClientRecord): Promise<void>;
  clientRemoved(login: string): Promise<void>;
  trunkChanged(trunk: TrunkRecord): Promise<void>;
  trunkRemoved(trunkSid: string): Promise<void>;
  /** Asked for every line of a list, sixteen at a time, and not waited for longer than 2 s. */
  clientStatus(login: string): Promise<ClientStatus>;
  trunkStatus(trunk: TrunkRecord): Promise<TrunkStatus>;
}

/** Callbacks neither delivered nor given up. */
export interface CallbackBacklog {
  readonly pending: number;
  /** Seconds since the oldest of them was written; undefined when there is none. */
  readonly oldestS?: number;
}

/** What `GET /health` looks at; a rejection, or no answer in time, means down. */
export interface HealthProbes {
  /** ARI answers, and the event stream is open. */
  asterisk(): Promise<boolean>;
  /** Asterisk answers SIP. */
  sip(): Promise<boolean>;
  /** The database can be written. */
  database(): Promise<boolean>;
  /** Why it cannot; undefined when that is not known. Everybody may read it. */
  databaseTrouble(): string | undefined;
  callbacks(): Promise<CallbackBacklog>;
}
