/**
 * What the core asks of the world, in the core's words. Each port is implemented in one folder at the edge
 * (asterisk/, store/, webhooks/, media/) and by a fake in test/support.
 */
import type { HttpMethod, Leg, LegInput, LegState, VoiceSettings } from './leg.ts';
import type { ConferenceRecord, ParticipantRecord } from './conference-record.ts';
import type { RecordingRecord } from './recording-record.ts';
import type { SipAddress } from './sip-address.ts';

/** Name and value pairs of a request, in order; a name may come twice. */
export type Parameters = readonly (readonly [name: string, value: string])[];

// ---------------------------------------------------------------- the journal's store

/** A callback request that is owed, complete: nothing is added to it later. */
export interface NewCallback {
  /** `CB` + 32 hex: its identifier, and its I-Idempotency-Token for every attempt. */
  readonly sid: string;
  readonly accountSid: string;
  readonly callSid: string;
  readonly url: string;
  readonly method: HttpMethod;
  readonly parameters: Parameters;
  readonly createdAt: number;
}

/** One line of a call's timeline. */
export interface NewCallEvent {
  readonly accountSid: string;
  readonly callSid: string;
  readonly at: number;
  /** `state`, `verb`, `document`, `notice` … */
  readonly kind: string;
  /** JSON; never a token, password or digit. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** A warning or error that the application server's author should read. */
export interface NewNotification {
  /** `NO` + 32 hex. */
  readonly sid: string;
  readonly accountSid: string;
  readonly callSid: string;
  readonly at: number;
  readonly level: 'error' | 'warning';
  /** Twilio's number for the like mistake, e.g. 11200, 12100. */
  readonly errorCode: number;
  readonly message: string;
  readonly requestUrl?: string;
  readonly requestMethod?: HttpMethod;
  readonly responseBody?: string;
}

/** Everything that one step changes; written whole or not at all. */
export interface JournalEntry {
  readonly callSid: string;
  /** The leg with its new state: inserted when the store does not have it. */
  readonly leg?: { readonly leg: Leg; readonly state: LegState };
  /** Where the interpreter is on this leg (JSON; null forgets it). */
  readonly position?: unknown;
  readonly events?: readonly NewCallEvent[];
  readonly callbacks?: readonly NewCallback[];
  readonly notifications?: readonly NewNotification[];
  /** Recordings with their new state: inserted when the store does not have them. */
  readonly recordings?: readonly RecordingRecord[];
  /** A room and who is in it, with their new state: inserted when the store does not have them. */
  readonly conference?: ConferenceRecord;
  readonly participants?: readonly ParticipantRecord[];
}

export interface JournalStore {
  /** Resolves when the entry is durable. Entries of one call are written in the order of these calls. */
  commit(entry: JournalEntry, options?: CommitOptions): Promise<void>;
}

export interface CommitOptions {
  /** `keep` (default): it waits in memory until the database can write; `refuse`: it fails then. */
  readonly whenUnavailable?: 'keep' | 'refuse';
}

// ---------------------------------------------------------------- who is who

export interface Account {
  readonly sid: string;
  readonly status: 'active' | 'suspended' | 'closed';
}

/** A number of ours; `voice` is already that of its application, where it names one. */
export interface DirectoryNumber {
  readonly sid: string;
  readonly accountSid: string;
  readonly phoneNumber: string;
  readonly voice: VoiceSettings;
}

/** A SIP account of ours; `voice` is already that of its application, where it names one. */
export interface DirectoryClient {
  readonly sid: string;
  readonly accountSid: string;
  /** Lower case, as it registers. */
  readonly login: string;
  readonly voice: VoiceSettings;
}

export interface DirectoryTrunk {
  readonly sid: string;
  readonly accountSid: string;
  /** Taken off, then put in front of a number that goes out this way. */
  readonly stripDigits: number;
  readonly prependDigits: string;
  /** Calls at one time, inbound and outbound; undefined: any number. */
  readonly maxChannels?: number;
}

/** Look-ups that routing needs; each answers undefined when there is no such thing. */
export interface Directory {
  account(sid: string): Promise<Account | undefined>;
  /** By number as dialled, with or without `+`, in the whole installation. */
  number(dialled: string): Promise<DirectoryNumber | undefined>;
  /** By login, any case, in the whole installation. */
  client(login: string): Promise<DirectoryClient | undefined>;
  trunk(sid: string): Promise<DirectoryTrunk | undefined>;
  /** The trunk that this number goes out by: the longest matching prefix, then the lowest priority value. */
  trunkFor(accountSid: string, number: string): Promise<DirectoryTrunk | undefined>;
  application(accountSid: string, sid: string): Promise<VoiceSettings | undefined>;
  /** Whether a SIP address leads to this installation itself. */
  isOwn(address: SipAddress): boolean;
  /** Whether a call of this account may go there, by the address that its name has now. */
  wayTo(accountSid: string, target: Exclude<DialTarget, { kind: 'client' }>): Promise<SipWay>;
}

/** How SIP gets to a target, or why it may not. */
export type SipWay =
  | {
      readonly ok: true;
      /** `sip:address:port`: it goes there, whatever its host's name leads to a moment later. */
      readonly via?: string;
    }
  | { readonly ok: false; readonly why: string };

// ---------------------------------------------------------------- call control (Asterisk)

/** Where an outbound leg goes. */
export type DialTarget =
  | /** Rings on every phone that the client has registered. */ {
      readonly kind: 'client';
      readonly login: string;
    }
  | /** Any SIP URI, `sip:user@host[:port][;transport=…]`, checked. */ {
      readonly kind: 'sip';
      readonly uri: string;
      readonly via?: string;
    }
  | {
      readonly kind: 'trunk';
      readonly trunkSid: string;
      readonly number: string;
      /** Of the trunk. */
      readonly maxChannels?: number;
      readonly via?: string;
    };

export interface SipCredentials {
  readonly username: string;
  readonly password: string;
}

export interface PlaceOrder {
  readonly callSid: string;
  readonly target: DialTarget;
  /** User part of From. */
  readonly from: string;
  readonly callerName?: string;
  /** SIP headers of the INVITE, names with `X-`. */
  readonly headers: Parameters;
  /** What answers a SIP peer that asks who calls; kept nowhere, and never logged. */
  readonly credentials?: SipCredentials;
  /** The caller, who hears what the callee sends before it answers; they are connected already then. */
  readonly earlyMediaTo?: string;
  /** Asterisk cancels after this time by itself (ring-nets.ts), also when Legwork is gone. */
  readonly timeoutS: number;
}

/** What a caller hears or sees as the reason, in SIP's terms, when an unanswered inbound leg is ended by us. */
export type HangUpReason =
  | 'normal' // 603 on a leg that rings, BYE on one that talks
  | 'busy' // 486
  | 'no-answer' // 480
  | 'not-found' // 404
  | 'error' // 500
  | 'overload' // 503
  | 'forbidden' // 403
  | 'answered-elsewhere'; // of legs that we place: a CANCEL that says so, and no phone shows a missed call

export type PlayOutcome = 'finished' | 'failed' | 'stopped' | 'gone';

/** How one side of a leg is recorded. */
export interface RecordOrder {
  /** `RE` + 32 hex, and the name of the file that Asterisk keeps until it is fetched. */
  readonly recordingSid: string;
  /** A tone before it begins, which is not in it. */
  readonly beep: boolean;
  readonly maxLengthS: number;
  /** It ends after so much silence in a row; undefined: silence does not end it. */
  readonly silenceS?: number;
  /** A former process may have begun it: it is only watched to its end. */
  readonly resumes?: boolean;
}

/**
 * `stopped`: the signal aborted. `failed`: Asterisk did not record. `missing`: what is to be resumed is neither under
 * way in Asterisk nor kept there. In all other cases there may be a file.
 */
export type RecordOutcome = 'silence' | 'max-length' | 'stopped' | 'gone' | 'failed' | 'missing';

/** How both sides of a leg are recorded; more than one file where there are two channels (recording-parts.ts). */
export interface TalkRecordOrder {
  readonly recordingSid: string;
  readonly channels: 1 | 2;
  /** A former process may have begun it: then it is only watched to its end. */
  readonly resumes?: boolean;
}

/** In all cases but `failed` there may be a file. */
export type TalkRecordOutcome = 'stopped' | 'gone' | 'failed';

/**
 * Drives channels and bridges, named by the leg's CallSid. Nothing here throws because a leg has gone: that
 * comes as a leg input. Everything resolves within the edge's own time limit.
 */
export interface CallControl extends RoomControl {
  /** Binds an offered inbound channel to its leg; what happened to it in between follows as inputs. */
  accept(channelId: string, callSid: string): void;
  /** Ends an offered inbound channel that becomes no leg. */
  refuse(channelId: string, reason: HangUpReason): Promise<void>;
  /**
   * 180 to an unanswered inbound leg; an answered one hears the ringing tone until `stopRinging`, that of a
   * country (`de`) where one is named.
   */
  startRinging(callSid: string, country?: string): Promise<void>;
  stopRinging(callSid: string): Promise<void>;
  /** Sends 200; the leg's `answer` input follows. */
  answer(callSid: string): Promise<void>;
  /** Begins to ring an outbound leg. How it goes follows as inputs, an `end` also when it cannot be placed. */
  place(order: PlaceOrder): void;
  /** Ends a leg in any state; its `end` follows. */
  hangUp(callSid: string, reason: HangUpReason): Promise<void>;
  /** Lets two answered legs talk, until `disconnect` or until one ends. */
  connect(first: string, second: string, options?: ConnectOptions): Promise<Bridge | undefined>;
  /** Plays one sound (an URL that Asterisk can fetch) to its end, or until `signal` aborts. */
  play(
    callSid: string,
    mediaUrl: string,
    signal: AbortSignal,
    playback?: NamedPlayback,
  ): Promise<PlayOutcome>;
  /** Records what the leg's own side says, until the order or `signal` ends it. What was recorded is kept in any case. */
  record(callSid: string, order: RecordOrder, signal: AbortSignal): Promise<RecordOutcome>;
  /** Records what the leg says and what it hears, whatever else it does, until `signal` aborts or it ends. */
  recordTalk(callSid: string, order: TalkRecordOrder, signal: AbortSignal): Promise<TalkRecordOutcome>;
  /** Sends DTMF (`0-9*#A-D`, `w` = 0.5 s pause) to the leg; resolves when it was sent. */
  sendDigits(callSid: string, digits: string, signal: AbortSignal): Promise<void>;
  /** Whether what the leg says is heard by nobody. */
  mute(callSid: string, muted: boolean): Promise<void>;
  /** A limit inside Asterisk that holds even when we are gone, seconds from now. */
  setTimeLimit(callSid: string, seconds: number): Promise<void>;
}

/** Rooms in which many legs talk, named by the conference's sid. Nothing here throws, as with legs. */
export interface RoomControl {
  /** Puts an answered leg into the room, which is made when it is not there. True: it is in. */
  enterRoom(roomSid: string, callSid: string): Promise<boolean>;
  /** Takes a leg out of the room; it hears nothing then. */
  leaveRoom(roomSid: string, callSid: string): Promise<void>;
  /** Ends the room; the legs in it are left alone. */
  closeRoom(roomSid: string): Promise<void>;
  /** A short tone for everybody in the room. Resolves when it was asked for. */
  beepInRoom(roomSid: string): Promise<void>;
  /** Music for a leg that waits, until `stopMusic`. */
  startMusic(callSid: string): Promise<void>;
  stopMusic(callSid: string): Promise<void>;
}

/** A playback that is found again after a restart. */
export interface NamedPlayback {
  /** Letters, digits, `.` and `-`; never used before. */
  readonly name: string;
  /** Another process began it: while it still plays, its end is waited for; else it is played again. */
  readonly resumes: boolean;
}

export interface ConnectOptions {
  /** Whether digits that are pressed in the talk are reported too: then Asterisk looks into every packet. */
  readonly reportDigits?: boolean;
}

export interface Bridge {
  readonly id: string;
  disconnect(): Promise<void>;
}

/** An INVITE from somebody who may call; it becomes a leg with `accept`, or is refused. */
export interface InboundCall {
  readonly channelId: string;
  readonly source:
    | { readonly kind: 'client'; readonly login: string }
    | { readonly kind: 'trunk'; readonly trunkSid: string };
  /** The user part that was dialled. */
  readonly dialled: string;
  /** The caller's number: the client's login, or the user part of From. */
  readonly from: string;
  readonly callerName?: string;
  readonly forwardedFrom?: string;
  readonly sipHeaders: Parameters;
}

/** A leg's input without its time: the receiver stamps it. */
export type ReportedInput = LegInput extends infer T
  ? T extends { at: number }
    ? Omit<T, 'at'>
    : never
  : never;

/** What the call-control edge tells the core. None of these may throw. */
export interface CallControlListener {
  inbound(call: InboundCall): void;
  input(callSid: string, input: ReportedInput): void;
  digit(callSid: string, digit: string): void;
}

// ---------------------------------------------------------------- documents

export interface DocumentRequest {
  readonly accountSid: string;
  readonly url: string;
  readonly method: HttpMethod;
  readonly parameters: Parameters;
  /** I-Idempotency-Token: a repeat carries the same. */
  readonly token: string;
  /** Of the call: sent with it, and set by what comes. */
  readonly cookies?: Cookies;
}

/** What application servers set as cookies on one call. */
export interface Cookies {
  /** The Cookie header of a request to this URL; undefined: there is none for it. */
  headerFor(url: string): string | undefined;
  /** Takes the Set-Cookie lines of a reply from this URL. */
  set(url: string, setCookie: readonly string[]): void;
  /** JSON from which `Documents.cookies` makes them again; undefined: there are none. */
  kept(): unknown;
}

export type DocumentReply =
  | {
      readonly ok: true;
      /** Where it was found, after redirects. */
      readonly url: string;
      readonly status: number;
      /** Lower case, without parameters; empty when there was none. */
      readonly contentType: string;
      readonly body: string;
      readonly durationMs: number;
    }
  | {
      readonly ok: false;
      readonly url: string;
      /** Twilio's number: 11200 (HTTP), 11205 (connection), 11206 (timeout), 11750 (too large) … */
      readonly errorCode: number;
      readonly message: string;
      /** The application server's status, when it answered. */
      readonly status?: number;
      readonly responseHead?: string;
      readonly durationMs: number;
    };

/** Asks the application server for a document. Never throws: a failure is a reply. */
export interface Documents {
  request(request: DocumentRequest): Promise<DocumentReply>;
  /** The cookies of a call: none yet, or those that were kept. */
  cookies(kept?: unknown): Cookies;
}

// ---------------------------------------------------------------- sounds

export type Sound =
  | { readonly ok: true /** Without commas; Asterisk fetches it. */; readonly mediaUrl: string }
  | { readonly ok: false; readonly message: string };

/** Makes and fetches sounds that Asterisk can play. Never throws: a failure is a value. */
export interface Sounds {
  speak(words: SpokenWords, asker: SoundAsker): Promise<Sound>;
  fetch(url: string, asker: SoundAsker): Promise<Sound>;
}

export interface SpokenWords {
  readonly text: string;
  readonly voice: string;
  readonly language: string;
}

/** For whom a sound is made, and until when it is wanted. */
export interface SoundAsker {
  /** Accounts share what makes sounds fairly, and each plays its own recordings only. */
  readonly accountSid: string;
  readonly signal: AbortSignal;
}

// ---------------------------------------------------------------- recordings and speech

/** What became of the file that Asterisk made. `away`: it cannot be fetched now; ask again later. */
export type KeptRecording =
  | { readonly kind: 'kept' /** As it is kept, after trimming. */; readonly durationMs: number }
  | { readonly kind: 'silent' }
  | { readonly kind: 'missing'; readonly why: string }
  | { readonly kind: 'away'; readonly why: string };

/** The sound of recordings, kept beside the database. Never throws: a failure is a value. */
export interface RecordingFiles {
  /** Fetches a finished recording from Asterisk, which then forgets it. Repeated, it gives the same. */
  keep(
    recordingSid: string,
    options: { readonly trimSilence: boolean; readonly channels?: 1 | 2 },
  ): Promise<KeptRecording>;
  /** Removes it here and in Asterisk, where it is. */
  remove(recordingSid: string, options?: { readonly channels: 1 | 2 }): Promise<void>;
}

/** What a recognizer understood; an empty transcript: there was no speech in it. */
export type Recognized =
  | {
      readonly ok: true;
      readonly transcript: string;
      /** 0 to 1. */
      readonly confidence?: number;
      /** What it took the speech for on the way, in order. */
      readonly partials: readonly { readonly transcript: string; readonly stability?: number }[];
    }
  | { readonly ok: false; readonly message: string };

export interface SpeechHints {
  /** A tag such as `en` or `pt-BR`. */
  readonly language: string;
  /** Words and phrases that are likely, between commas. */
  readonly hints?: string;
}

/** Turns a kept recording into text. Never throws: a failure is a value. */
export interface SpeechRecognizer {
  recognize(recordingSid: string, hints: SpeechHints, signal: AbortSignal): Promise<Recognized>;
}
