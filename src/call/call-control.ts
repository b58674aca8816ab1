import type { Parameters } from './request-parameters.ts';
import type { ReportedInput } from './leg/leg.ts';

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

/** What the call-control edge tells the core. None of these may throw. */
export interface CallControlListener {
  inbound(call: InboundCall): void;
  input(callSid: string, input: ReportedInput): void;
  digit(callSid: string, digit: string): void;
}
