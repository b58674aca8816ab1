/** What the REST API asks of the rest of Legwork; main connects it. */
import type { RecordingRecord } from '../call/recording/recording-record.ts';
import type { HttpMethod } from '../call/http-method.ts';
import type { StatusCallback } from '../call/leg/leg.ts';
import type { Parameters } from '../call/request-parameters.ts';
import type { SipCredentials } from '../call/call-control.ts';
import type { CallRecord, ClientRecord, TrunkRecord } from '../records/repositories.ts';
import type { CalleeAddress } from '../call/routing/targets.ts';

/** Where the document of an API call comes from, once the callee has answered. */
export type DocumentSource =
  | { readonly kind: 'url'; readonly url: string; readonly method: HttpMethod }
  | { readonly kind: 'inline'; readonly text: string }
  | /** Exists in this account and has a VoiceUrl. */ {
      readonly kind: 'application';
      readonly applicationSid: string;
    };

/** A call that somebody asks for over REST; every value is checked, nothing is looked up yet. */
export interface ApiCallOrder {
  readonly accountSid: string;
  readonly callee: CalleeAddress;
  /** SIP headers of the INVITE, names with `X-`. */
  readonly headers: Parameters;
  /** A number, a client's name or the user part of a SIP address. */
  readonly from: string;
  /** What the callee sees instead of `from`. */
  readonly callerId?: string;
  readonly document: DocumentSource;
  readonly fallback?: { readonly url: string; readonly method: HttpMethod };
  readonly statusCallback?: StatusCallback;
  /** Seconds of ringing. */
  readonly timeoutS: number;
  /** Seconds of talk. */
  readonly timeLimitS?: number;
  /** `0-9*#A-D` and `w` (half a second of silence), sent to the callee when it has answered. */
  readonly sendDigits?: string;
  /** The whole leg is recorded, from its answer to its end. */
  readonly record?: { readonly statusCallback?: RecordingRecord['statusCallback'] };
  /** What answers a SIP address that asks who calls; only with such a callee. */
  readonly credentials?: SipCredentials;
  /** What was asked for beside all this and has no effect: names of parameters. The call says so in a notification. */
  readonly ignored?: readonly string[];
}

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
  readonly document?:
    | { readonly kind: 'url'; readonly url: string; readonly method: HttpMethod }
    | { readonly kind: 'inline'; readonly text: string };
  /** Asked when `document` or one after it cannot be had; only with `document`. */
  readonly fallback?: { readonly url: string; readonly method: HttpMethod };
  /** The leg that it talks to comes along to `document`; otherwise that one is hung up. */
  readonly moveConnected: boolean;
  readonly mute?: boolean;
  /** Replaces the leg's own; its events stay as they were. */
  readonly statusCallback?: { readonly url: string; readonly method: HttpMethod };
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
  clientStatus(
    login: string,
  ): Promise<{ readonly registered: boolean; readonly contacts: readonly string[] }>;
  /** Whether the trunk answers OPTIONS and has our registration; undefined when nobody knows, or we do not register. */
  trunkStatus(trunk: TrunkRecord): Promise<{ readonly reachable?: boolean; readonly registered?: boolean }>;
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
  /** Callbacks neither delivered nor given up; the oldest one's age in seconds. */
  callbacks(): Promise<{ readonly pending: number; readonly oldestS?: number }>;
}

/** Where this folder writes what an operator should know: a constant message with fields (pino fits). */
export interface ApiLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: Record<string, unknown>): ApiLog;
}
