/** What the REST API asks of the rest of Legwork; main connects it. */
import type { RequestTarget } from '../call/callback-target.ts';
import type { Parameters } from '../call/request-parameters.ts';
import type { StreamOrder } from '../call/stream/media-streams.ts';
import type { StreamError, StreamRecord } from '../call/stream/stream-record.ts';
import type { ClientStatus, TrunkStatus } from '../call/sip-status.ts';
import type { PauseBehavior, RecordingRecord } from '../call/recording/recording-record.ts';
import type { RecordingTerms } from '../call/recording/running-recordings.ts';
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

/** Asterisk cannot be reached: a call that began now would only fail. Nothing was created. */
export class NoAsteriskError extends Error {
  readonly retryAfterS = 5;
  constructor(what: 'call' | 'message' = 'call') {
    super(`Asterisk cannot be reached, so no ${what} can ${what === 'call' ? 'begin' : 'be sent'} now`);
    this.name = 'NoAsteriskError';
  }
}

/** A change to a live call; it has at least one member other than `moveConnected`. */
export interface CallChange {
  /** The leg stops what it is doing and runs this document. */
  readonly document?: Exclude<DocumentSource, { readonly kind: 'application' }>;
  /** Sent with the first request for `document`, after the standard parameters. */
  readonly parameters?: Parameters;
  /** Requested when `document` or a later one cannot be fetched; only with `document`. */
  readonly fallback?: RequestTarget;
  /** Whether the leg that it talks to moves to `document` as well; otherwise that leg is hung up. */
  readonly moveConnected: boolean;
  readonly mute?: boolean;
  /** Replaces that of the leg; the events remain the same. */
  readonly statusCallback?: RequestTarget;
  /** Names of parameters that have no effect, as in an order. */
  readonly ignored?: readonly string[];
}

export interface CallService {
  /**
   * Creates the call; it is durable, and `queued`, when this resolves. `start` begins to dial; it is called
   * exactly once, when the reply has been handed to the socket or the client has gone.
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
   * Changes a live call, whatever its state and verb. Resolves when the change is made; the caller makes changes
   * to one call one after another.
   * @throws StoreUnavailableError
   */
  modify(
    accountSid: string,
    callSid: string,
    change: CallChange,
  ): Promise<'modified' | 'not-found' | 'already-over'>;
}

/** A stream that REST begins: its server only listens. */
export type NewStream = Omit<StreamOrder, 'sid' | 'direction'>;

export interface StreamService {
  /** Begins it on a call; resolves when it is durable. A StreamError says why it cannot begin. */
  begin(callSid: string, stream: NewStream): Promise<StreamRecord | StreamError | 'not-in-progress'>;
  /** Ends a stream, in whatever way it began; resolves with it when that is durable. Undefined: it was over. */
  stop(callSid: string, streamSid: string): Promise<StreamRecord | undefined>;
}

/** What is to become of a recording that runs. */
export type RecordingOrder =
  | { readonly status: 'paused'; readonly how: PauseBehavior }
  | { readonly status: 'in-progress' | 'stopped' };

/** Begins recordings of calls, and changes those that run. */
export interface RecordingService {
  /**
   * Begins to record a call that is in progress; resolves when the recording is durable. `many`: as many as may run at
   * once do already.
   */
  begin(
    accountSid: string,
    callSid: string,
    terms: RecordingTerms,
  ): Promise<RecordingRecord | 'not-in-progress' | 'many'>;
  /** The recordings of a call, or of a conference, that run, in the order in which they began. */
  running(of: { readonly callSid: string } | { readonly conferenceSid: string }): readonly RecordingRecord[];
  /** Changes one that runs; `not-running`: it is over, or belongs to a `<Record>`, which nobody else can change. */
  change(
    recordingSid: string,
    order: RecordingOrder,
  ): Promise<RecordingRecord | 'not-running' | 'refused' | 'failed'>;
}

/**
 * Brings clients and trunks to Asterisk. A rejection means that Asterisk is away: the change is in the database, and
 * is pushed when Asterisk is back.
 */
export interface Provisioning {
  /** A new or changed client; a disabled one is removed from Asterisk. */
  clientChanged(client: ClientRecord): Promise<void>;
  clientRemoved(login: string): Promise<void>;
  trunkChanged(trunk: TrunkRecord): Promise<void>;
  trunkRemoved(trunkSid: string): Promise<void>;
  /** Called for every client of a list, sixteen at a time; nobody waits for it longer than 2 s. */
  clientStatus(login: string): Promise<ClientStatus>;
  trunkStatus(trunk: TrunkRecord): Promise<TrunkStatus>;
  /** The clients, by login in lower case, and trunks, by SID, that Asterisk reaches now; one question for all of them. */
  reachable(): Promise<ReadonlySet<string>>;
}

/** What came of OPTIONS that was sent to a trunk. */
export type TrunkTest =
  | {
      readonly kind: 'answered';
      /** `192.0.2.1:5060`, where it was sent. */
      readonly address: string;
      readonly status: number;
      readonly reason: string;
      /** What the trunk calls itself. */
      readonly server: string | undefined;
      readonly ms: number;
    }
  | { readonly kind: 'silent'; readonly address: string; readonly ms: number }
  /** `code`: the system's, such as ECONNREFUSED. */
  | { readonly kind: 'unreachable'; readonly address: string; readonly code: string }
  /** It leads nowhere, or SIP must not go there. */
  | { readonly kind: 'not-sent'; readonly why: string };

/** How requests to application servers are signed. */
export interface Signing {
  /** What is signed of a request to this URL, which carries all parameters of a GET. */
  signedText(url: string, postParameters: Parameters): string;
  /** The value of X-Twilio-Signature for such a text. */
  signText(authToken: string, text: string): string;
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
  /** Why it cannot be written; undefined when that is not known. Everybody may read it. */
  databaseTrouble(): string | undefined;
  /** Why there are no streams, in a sentence; undefined when there are. */
  streamsTrouble?(): string | undefined;
  /** Why phones cannot transfer calls (REFER), in a few words that everybody may read. */
  transfersTrouble?(): Promise<string>;
  callbacks(): Promise<CallbackBacklog>;
  /** How many entries of the journal were put aside because the tables do not take them. */
  rejectedEntries(): Promise<number>;
}
