/**
 * What is kept of accounts, numbers, clients, trunks and calls, and how the REST API reads and writes it.
 * Implemented in store/. Times are milliseconds since the epoch; a record without an optional value lacks it.
 */
import type { CallStatus, Direction, HttpMethod } from './leg.ts';
import type { Parameters } from './ports.ts';

export interface AccountRecord {
  readonly sid: string;
  readonly friendlyName: string;
  readonly emailAddress?: string;
  readonly parentSid?: string;
  readonly status: 'active' | 'suspended' | 'closed';
  /** Signs requests; the token that is shown. */
  readonly authToken: string;
  /** The token before the last rotation: it authenticates until then, and never signs. */
  readonly previousToken?: { readonly token: string; readonly until: number };
  readonly dateCreated: number;
  readonly dateUpdated: number;
}

export interface VoiceFields {
  readonly voiceUrl?: string;
  readonly voiceMethod: HttpMethod;
  readonly voiceFallbackUrl?: string;
  readonly voiceFallbackMethod: HttpMethod;
  readonly statusCallback?: string;
  readonly statusCallbackMethod: HttpMethod;
}

interface Owned {
  readonly sid: string;
  readonly accountSid: string;
  readonly friendlyName: string;
  readonly dateCreated: number;
  readonly dateUpdated: number;
}

export interface NumberRecord extends Owned, VoiceFields {
  /** As the user wrote it; unique in the installation, with and without `+`. */
  readonly phoneNumber: string;
  readonly voiceApplicationSid?: string;
}

export interface ClientRecord extends Owned, VoiceFields {
  /** As the user wrote it; unique in the installation whatever its case. */
  readonly login: string;
  /** MD5 of `login:legwork:password` in hex: SIP digest's HA1. The password itself is kept nowhere. */
  readonly ha1: string;
  readonly status: 'enabled' | 'disabled';
  readonly voiceApplicationSid?: string;
}

export interface ApplicationRecord extends Owned, VoiceFields {}

export interface TrunkRecord extends Owned {
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp';
  /** Addresses and CIDRs that may send us calls; the host itself when it is an address and the list is empty. */
  readonly allowedAddresses: readonly string[];
  /** Numbers that begin like this go out this way; empty: every number. */
  readonly prefix: string;
  /** Lower goes first. */
  readonly priority: number;
  readonly stripDigits: number;
  readonly prependDigits: string;
  /** What answers the trunk when it asks who we are; both or none. The password is never shown. */
  readonly username?: string;
  readonly password?: string;
  /** Whether we register with it, so that its calls come to us; only with `username`. */
  readonly register: boolean;
  /** Calls at one time, inbound and outbound; undefined: any number. */
  readonly maxChannels?: number;
}

/** One leg as REST shows it. */
export interface CallRecord {
  readonly sid: string;
  readonly accountSid: string;
  readonly parentCallSid?: string;
  readonly direction: Direction;
  readonly from: string;
  readonly to: string;
  readonly callerName?: string;
  readonly forwardedFrom?: string;
  readonly phoneNumberSid?: string;
  readonly trunkSid?: string;
  readonly status: CallStatus;
  readonly dateCreated: number;
  readonly dateUpdated: number;
  /** When it was placed; inbound: when it arrived. */
  readonly startTime?: number;
  readonly answerTime?: number;
  readonly endTime?: number;
  /** Seconds of talk, once it is over. */
  readonly duration?: number;
  readonly ringDuration?: number;
  readonly sipResponseCode?: number;
}

export interface CallFilter {
  readonly status?: CallStatus;
  readonly to?: string;
  readonly from?: string;
  readonly parentCallSid?: string;
  readonly startTimeFrom?: number;
  readonly startTimeBefore?: number;
  readonly endTimeFrom?: number;
  readonly endTimeBefore?: number;
  /** Without it the newest come first. */
  readonly sort?: CallSort;
}

/** By start or end, only calls that have one are listed. */
export interface CallSort {
  readonly by: 'dateCreated' | 'startTime' | 'endTime' | 'from' | 'to' | 'status';
  readonly direction: 'asc' | 'desc';
}

export type RecordingStatus = 'in-progress' | 'completed' | 'absent';

/** Who made a recording, in Twilio's words. */
export type RecordingSource = 'RecordVerb' | 'DialVerb' | 'Conference' | 'OutboundAPI';

/** A recording with all that its callbacks need; the sound lies beside the database. */
export interface RecordingRecord {
  readonly sid: string;
  readonly accountSid: string;
  readonly callSid: string;
  /** `completed`: the file can be fetched. `absent`: there is nothing in it, or it was lost. */
  readonly status: RecordingStatus;
  readonly source: RecordingSource;
  readonly channels: 1 | 2;
  /** Leading and trailing silence is cut off. */
  readonly trimSilence: boolean;
  readonly statusCallback?: {
    readonly url: string;
    readonly method: HttpMethod;
    readonly events: readonly RecordingStatus[];
  };
  /** Who is told what was said, as long as nobody was told. */
  readonly transcription?: {
    readonly url: string;
    /** Call parameters that the request carries. */
    readonly parameters: Parameters;
  };
  readonly startTime: number;
  /** Whole seconds, once it is completed. */
  readonly duration?: number;
  readonly dateCreated: number;
  readonly dateUpdated: number;
}

/** The recordings as REST and a restart read them; the journal writes them. */
export interface RecordingRepository {
  find(accountSid: string, sid: string): Promise<RecordingRecord | undefined>;
  list(
    accountSid: string,
    page: PageRequest,
    filter: { readonly callSid?: string },
  ): Promise<Page<RecordingRecord>>;
  /** One that is over; the sound is the caller's business. */
  remove(accountSid: string, sid: string): Promise<boolean>;
  /** Those in progress, and those whose transcription nobody was told of; of all accounts. */
  unfinished(): Promise<readonly RecordingRecord[]>;
}

/** `init`: somebody waits, nobody talks yet. */
export type ConferenceStatus = 'init' | 'in-progress' | 'completed';

/** What a room's callback may be asked for; `mute` and `hold` stand for both directions. */
export type ConferenceEvent = 'start' | 'end' | 'join' | 'leave' | 'mute' | 'hold';

/** A room of an account. Of one name at most one is not completed. */
export interface ConferenceRecord {
  readonly sid: string;
  readonly accountSid: string;
  /** Its name in the documents. */
  readonly friendlyName: string;
  readonly status: ConferenceStatus;
  readonly statusCallback?: {
    readonly url: string;
    readonly method: HttpMethod;
    readonly events: readonly ConferenceEvent[];
  };
  /** Of the next event, whether somebody asked for it or not. */
  readonly nextSequence: number;
  readonly dateCreated: number;
  readonly dateUpdated: number;
}

/** A leg in a room. */
export interface ParticipantRecord {
  readonly conferenceSid: string;
  readonly callSid: string;
  readonly accountSid: string;
  readonly status: 'connected' | 'left';
  readonly muted: boolean;
  readonly hold: boolean;
  readonly startConferenceOnEnter: boolean;
  readonly endConferenceOnExit: boolean;
  readonly beepOnEnter: boolean;
  readonly beepOnExit: boolean;
  readonly dateCreated: number;
  readonly dateUpdated: number;
}

export interface ConferenceFilter {
  readonly status?: ConferenceStatus;
  readonly friendlyName?: string;
}

/** A room as a restart finds it: those who were in it. */
export interface KeptConference {
  readonly conference: ConferenceRecord;
  readonly participants: readonly ParticipantRecord[];
}

/** The rooms as REST and a restart read them; the journal writes them. */
export interface ConferenceRepository {
  find(accountSid: string, sid: string): Promise<ConferenceRecord | undefined>;
  /** The newest room of that name. */
  findByName(accountSid: string, friendlyName: string): Promise<ConferenceRecord | undefined>;
  list(accountSid: string, page: PageRequest, filter: ConferenceFilter): Promise<Page<ConferenceRecord>>;
  /** Who is in the room now, newest first. */
  participants(conferenceSid: string, page: PageRequest): Promise<Page<ParticipantRecord>>;
  participant(conferenceSid: string, callSid: string): Promise<ParticipantRecord | undefined>;
  /** Those that are not completed, of all accounts. */
  unfinished(): Promise<readonly KeptConference[]>;
}

/** One page of a list, newest first. */
export interface Page<T> {
  readonly items: readonly T[];
  /** How many match, counted up to `COUNTED_UP_TO`; undefined when there are more. */
  readonly total: number | undefined;
  /** Where the next page begins; undefined on the last one. */
  readonly nextKey: string | undefined;
}

/** A page by number (`Page`) or by key (from `nextKey`); a key wins. */
export interface PageRequest {
  readonly page: number;
  readonly pageSize: number;
  readonly key?: string;
}

export const COUNTED_UP_TO = 10_000;

/** A unique value (number, login) is already somebody's. */
export class TakenError extends Error {
  readonly field: string;
  constructor(field: string) {
    super(`${field} is already taken`);
    this.name = 'TakenError';
    this.field = field;
  }
}

/** The database cannot write now; nothing was written. */
export class StoreUnavailableError extends Error {
  constructor(cause: unknown) {
    super('The database is not available', { cause });
    this.name = 'StoreUnavailableError';
  }
}

/** List, create, read, change, remove of one kind of resource, always within one account. */
export interface Repository<T extends { sid: string }> {
  /** @throws TakenError, StoreUnavailableError */
  insert(record: T): Promise<void>;
  find(accountSid: string, sid: string): Promise<T | undefined>;
  /** Replaces the record. @throws TakenError */
  update(record: T): Promise<void>;
  remove(accountSid: string, sid: string): Promise<boolean>;
  list(accountSid: string, page: PageRequest, filter?: Readonly<Record<string, string>>): Promise<Page<T>>;
  /** Of all accounts; for provisioning. */
  all(): Promise<readonly T[]>;
}

export interface CallRepository {
  find(accountSid: string, sid: string): Promise<CallRecord | undefined>;
  list(accountSid: string, page: PageRequest, filter: CallFilter): Promise<Page<CallRecord>>;
  /** A finished call with all that belongs to it. */
  remove(accountSid: string, sid: string): Promise<boolean>;
}

export interface AccountFilter {
  readonly friendlyName?: string;
  readonly status?: AccountRecord['status'];
}

export interface AccountRepository {
  /** The account itself and all below it. */
  list(topSid: string, page: PageRequest, filter: AccountFilter): Promise<Page<AccountRecord>>;
  find(sid: string): Promise<AccountRecord | undefined>;
  findByEmail(emailAddress: string): Promise<AccountRecord | undefined>;
  /** @throws TakenError, StoreUnavailableError */
  insert(account: AccountRecord): Promise<void>;
  /** Replaces the record. @throws TakenError, StoreUnavailableError */
  update(account: AccountRecord): Promise<void>;
  /** The account that has no parent, made at the first start. */
  first(): Promise<AccountRecord | undefined>;
  /** Whether `sid` is `ancestorSid` or one of its descendants. */
  isWithin(ancestorSid: string, sid: string): Promise<boolean>;
}

/** One line of a call's timeline, as read back. */
export interface CallEventRecord {
  readonly id: number;
  readonly callSid: string;
  readonly at: number;
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A callback as kept, with its attempts. */
export interface CallbackRecord {
  readonly sid: string;
  readonly accountSid: string;
  readonly callSid: string;
  readonly url: string;
  readonly method: HttpMethod;
  readonly parameters: Parameters;
  readonly state: 'pending' | 'delivered' | 'failed';
  /** Why it was given up. */
  readonly failure?: string;
  readonly createdAt: number;
  readonly settledAt?: number;
  readonly attempts: readonly {
    readonly at: number;
    readonly durationMs: number;
    readonly status?: number;
    readonly error?: string;
    readonly responseHead?: string;
  }[];
}

export interface CallbackFilter {
  readonly callSid?: string;
  readonly state?: CallbackRecord['state'];
  readonly url?: string;
}

/** The deliveries as people read them. */
export interface CallbackRepository {
  find(accountSid: string, sid: string): Promise<CallbackRecord | undefined>;
  list(accountSid: string, page: PageRequest, filter: CallbackFilter): Promise<Page<CallbackRecord>>;
  /**
   * Makes it pending and due now, its retries beginning anew; what was tried before stays to be read. False
   * when it is not there.
   * @throws StoreUnavailableError
   */
  replay(accountSid: string, sid: string): Promise<boolean>;
}

/** A warning or error that the application server's author should read, as kept. */
export interface NotificationRecord {
  readonly sid: string;
  readonly accountSid: string;
  readonly callSid: string;
  readonly at: number;
  readonly level: 'error' | 'warning';
  readonly errorCode: number;
  readonly message: string;
  readonly requestUrl?: string;
  readonly requestMethod?: HttpMethod;
  readonly responseBody?: string;
}

export interface NotificationFilter {
  readonly callSid?: string;
  readonly level?: NotificationRecord['level'];
  readonly errorCode?: number;
  readonly from?: number;
  readonly before?: number;
}

export interface NotificationRepository {
  find(accountSid: string, sid: string): Promise<NotificationRecord | undefined>;
  list(accountSid: string, page: PageRequest, filter: NotificationFilter): Promise<Page<NotificationRecord>>;
}

export interface TimelineRepository {
  /** Of the call and all legs below it, in the order in which they happened. */
  eventsOf(callSid: string): Promise<readonly CallEventRecord[]>;
  callbacksOf(callSid: string): Promise<readonly CallbackRecord[]>;
}

export interface Repositories {
  readonly accounts: AccountRepository;
  readonly numbers: Repository<NumberRecord>;
  readonly clients: Repository<ClientRecord>;
  readonly applications: Repository<ApplicationRecord>;
  readonly trunks: Repository<TrunkRecord>;
  readonly calls: CallRepository;
  readonly recordings: RecordingRepository;
  readonly conferences: ConferenceRepository;
  readonly timeline: TimelineRepository;
  readonly callbacks: CallbackRepository;
  readonly notifications: NotificationRepository;
}
