/**
 * What is stored of accounts, numbers, clients, trunks and calls, and how the REST API reads and writes it.
 * Implemented in store/. Times are milliseconds since the epoch; an optional value that is not set is absent.
 */
import type { CallbackRepository, NotificationRepository, TimelineRepository } from './call-history.ts';
import type { ClientTokenRepository } from './client-token.ts';
import type { JobRepository } from './job-repository.ts';
import type { ConsoleSessionRepository } from './console-session.ts';
import type { ConferenceRepository } from './conference-repository.ts';
import type { AnsweredBy } from '../call/answering-machine/machine-detection.ts';
import type { EndedBy } from '../call/leg/ended-by.ts';
import type { CallStatus, Direction, Leg, VoiceSettings } from '../call/leg/leg.ts';
import type { CallerIdRecord } from './caller-id-record.ts';
import type { DialingPermissionRecord } from './dialing-permission-record.ts';
import type { KeyRecord } from './key-record.ts';
import type { CallerIdPolicy } from '../call/routing/caller-id.ts';
import type { NumberFormat } from '../call/routing/number-format.ts';
import type { Srtp } from '../call/routing/srtp.ts';
import type { Page, PageRequest } from './page.ts';
import type { ProblemRepository } from './problem-repository.ts';
import type { QueueRepository } from './queue-repository.ts';
import type { RecordingRepository } from './recording-repository.ts';
import type { MessageRepository } from './message-repository.ts';
import type { StreamRepository } from './stream-repository.ts';
import type { SipTraceRepository } from './sip-trace-repository.ts';
import type { StatsRepository } from './stats-repository.ts';

/** How deep accounts can be nested, the first account included: authentication and routing follow the chain of parents. */
export const MAX_ACCOUNT_DEPTH = 5;

export interface AccountRecord {
  readonly sid: string;
  readonly friendlyName: string;
  readonly emailAddress?: string;
  readonly parentSid?: string;
  readonly status: 'active' | 'suspended' | 'closed';
  /** The current token: REST shows it, and it signs requests. */
  readonly authToken: string;
  /** The token before the last rotation: it still authenticates up to `until`, and never signs. */
  readonly previousToken?: { readonly token: string; readonly until: number };
  readonly dateCreated: number;
  readonly dateUpdated: number;
}

interface Owned {
  readonly sid: string;
  readonly accountSid: string;
  readonly friendlyName: string;
  readonly dateCreated: number;
  readonly dateUpdated: number;
}

export interface NumberRecord extends Owned, VoiceSettings {
  /** As the user wrote it; unique in the installation, with and without `+`. */
  readonly phoneNumber: string;
  readonly voiceApplicationSid?: string;
}

export interface ClientRecord extends Owned, VoiceSettings {
  /** As the user wrote it; unique in the installation whatever its case. */
  readonly login: string;
  /** MD5 of `login:legwork:password` in hex, the login in lower case: SIP digest's HA1. The password itself is stored nowhere. */
  readonly ha1: string;
  /** The same with the login as the user spelled it, if it has capitals; absent on a client made by an earlier version. */
  readonly ha1AsSpelled?: string;
  readonly status: 'enabled' | 'disabled';
  /** Whether its media is encrypted; undefined: as the installation says. */
  readonly srtp?: Srtp;
  readonly voiceApplicationSid?: string;
}

export interface ApplicationRecord extends Owned, VoiceSettings {}

export interface TrunkRecord extends Owned {
  readonly host: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** Addresses and CIDRs that may send us calls; when the list is empty, the host itself if it is an address. */
  readonly allowedAddresses: readonly string[];
  /** Numbers that begin with this go out through the trunk; empty: every number. */
  readonly prefix: string;
  /** Of several trunks whose prefix fits equally well, the one with the lowest value is used. */
  readonly priority: number;
  readonly stripDigits: number;
  readonly prependDigits: string;
  /** Our credentials when the trunk challenges us; both or none. REST never shows the password. */
  readonly username?: string;
  readonly password?: string;
  /** Whether we register with it, so that its calls come to us; only with `username`. */
  readonly register: boolean;
  /** Concurrent calls, inbound and outbound together; undefined: no limit. */
  readonly maxChannels?: number;
  /** Domain and user part of the From that we send; undefined: our address, and the caller. */
  readonly fromDomain?: string;
  readonly fromUser?: string;
  /** Whether we also send it the caller in P-Asserted-Identity. */
  readonly sendAssertedIdentity: boolean;
  /** Whether its P-Asserted-Identity, when there is one, says who calls, instead of its From. */
  readonly trustAssertedIdentity: boolean;
  /** A number of the account: whom its calls reach that name none. */
  readonly defaultNumber?: string;
  /** Seconds after which a call to it that nothing has answered goes to another trunk. */
  readonly tryTimeoutS?: number;
  /** Whose numbers may be sent to it as the caller; undefined: `pass`. */
  readonly callerIdPolicy?: CallerIdPolicy;
  /** How it is told numbers; undefined: as they were dialled. */
  readonly format?: NumberFormat;
  /** Digits. */
  readonly countryCode?: string;
  /** What is dialled before a national number, `0` in most countries. */
  readonly nationalPrefix?: string;
  /** Whether it takes messages to numbers; undefined: no. */
  readonly messages?: boolean;
  /** Whether media to and from it is encrypted; undefined: never. */
  readonly srtp?: Srtp;
}

/** What REST shows of a leg as it was from its beginning. */
type ShownOfLeg =
  | 'sid'
  | 'accountSid'
  | 'parentCallSid'
  | 'direction'
  | 'from'
  | 'to'
  | 'callerName'
  | 'forwardedFrom'
  | 'phoneNumberSid'
  | 'trunkSid';

/** One leg as REST shows it. */
export interface CallRecord extends Pick<Leg, ShownOfLeg> {
  readonly status: CallStatus;
  readonly dateCreated: number;
  readonly dateUpdated: number;
  /** When it was placed; inbound: when it arrived. */
  readonly startTime?: number;
  readonly answerTime?: number;
  readonly endTime?: number;
  /** Who answered, as far as somebody listened for that. */
  readonly answeredBy?: AnsweredBy;
  /** Seconds of talk, once it is over. */
  readonly duration?: number;
  readonly ringDuration?: number;
  /** Once it has ended; absent when that is not known. */
  readonly endedBy?: EndedBy;
  /** For people: the SIP status in words, or what else is known. */
  readonly endCause?: string;
  /** What people have noted of it. */
  readonly note?: string;
  /** Notifications of this leg; absent when they were not counted: then it has none yet. */
  readonly problemCount?: number;
  /** Recordings of this leg, those that are still being made among them. */
  readonly recordingCount?: number;
  /** Legs of the whole call; absent when they were not counted: then it is the only one. */
  readonly legCount?: number;
}

export interface CallFilter {
  readonly status?: CallStatus;
  readonly to?: string;
  readonly from?: string;
  readonly direction?: Direction;
  readonly parentCallSid?: string;
  readonly phoneNumberSid?: string;
  readonly trunkSid?: string;
  /** A conference in which it is or was. */
  readonly conferenceSid?: string;
  /** Those of the accounts below too. */
  readonly subAccounts?: boolean;
  /** Whether it has notifications. */
  readonly hasProblem?: boolean;
  /** A part of the caller's or callee's number or name, or the SID of a leg of the call. */
  readonly search?: string;
  readonly startTimeFrom?: number;
  readonly startTimeBefore?: number;
  readonly endTimeFrom?: number;
  readonly endTimeBefore?: number;
  /** Without it the newest come first. */
  readonly sort?: CallSort;
}

/** Sorted by start or end time, only calls that have one are listed. */
export interface CallSort {
  readonly by: 'dateCreated' | 'startTime' | 'endTime' | 'from' | 'to' | 'status';
  readonly direction: 'asc' | 'desc';
}

/** A value that must be unique (number, login) is already in use. */
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
  /**
   * Changes the record as it is at that moment; nobody else changes it meanwhile. Resolves with the changed
   * record, or undefined when there is none. `change` may run twice; what it throws is thrown here, and nothing
   * is written.
   * @throws TakenError, StoreUnavailableError
   */
  update(accountSid: string, sid: string, change: (current: T) => T): Promise<T | undefined>;
  remove(accountSid: string, sid: string): Promise<boolean>;
  list(accountSid: string, page: PageRequest, filter?: Readonly<Record<string, string>>): Promise<Page<T>>;
  /** All of every account; for provisioning. */
  all(): Promise<readonly T[]>;
}

export interface KeyRepository extends Repository<KeyRecord> {
  /** The key of any account. */
  findAnywhere(sid: string): Promise<KeyRecord | undefined>;
}

export interface CallRepository {
  find(accountSid: string, sid: string): Promise<CallRecord | undefined>;
  list(accountSid: string, page: PageRequest, filter: CallFilter): Promise<Page<CallRecord>>;
  /** Notes something of a call, in the place of what was noted before; empty: nothing. False when there is no such call. */
  note(accountSid: string, sid: string, text: string): Promise<boolean>;
  /** Removes a finished call with all that belongs to it. */
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
  /** As `Repository.update`. @throws TakenError, StoreUnavailableError */
  update(sid: string, change: (current: AccountRecord) => AccountRecord): Promise<AccountRecord | undefined>;
  /** The account that has no parent, made at the first start. */
  first(): Promise<AccountRecord | undefined>;
  /** Whether `sid` is `ancestorSid` or one of its descendants. */
  isWithin(ancestorSid: string, sid: string): Promise<boolean>;
}

export interface Repositories {
  readonly accounts: AccountRepository;
  readonly numbers: Repository<NumberRecord>;
  readonly clients: Repository<ClientRecord>;
  readonly applications: Repository<ApplicationRecord>;
  readonly trunks: Repository<TrunkRecord>;
  readonly keys: KeyRepository;
  readonly callerIds: Repository<CallerIdRecord>;
  readonly dialingPermissions: Repository<DialingPermissionRecord>;
  readonly calls: CallRepository;
  readonly recordings: RecordingRepository;
  readonly streams: StreamRepository;
  readonly messages: MessageRepository;
  readonly conferences: ConferenceRepository;
  readonly queues: QueueRepository;
  readonly timeline: TimelineRepository;
  readonly callbacks: CallbackRepository;
  readonly notifications: NotificationRepository;
  readonly sessions: ConsoleSessionRepository;
  readonly clientTokens: ClientTokenRepository;
  readonly stats: StatsRepository;
  readonly problems: ProblemRepository;
  readonly sipTraces: SipTraceRepository;
  readonly jobs: JobRepository;
}
