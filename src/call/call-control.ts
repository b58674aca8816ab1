import type { Talk } from './answering-machine/answer-detector.ts';
import type { Parameters } from './request-parameters.ts';
import type { ReportedInput } from './leg/leg.ts';
import type { RecordingTrack } from './recording/recording-record.ts';
import type { ShownCaller } from './routing/caller-id.ts';

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
  | TrunkTarget;

/** A number at a trunk. */
export interface TrunkTarget {
  readonly kind: 'trunk';
  readonly trunkSid: string;
  /** As the trunk is told it. */
  readonly number: string;
  /** The trunk's limit of concurrent calls. */
  readonly maxChannels?: number;
  readonly via?: string;
  /** Who calls, if the trunk is told another caller than the order's. */
  readonly caller?: ShownCaller;
  /** When nothing at all has come from the trunk within this time, the try ends as a 408. */
  readonly tryTimeoutS?: number;
  /** When nothing has rung within this time, the try ends as a 408: there is another trunk. */
  readonly ringWithinS?: number;
}

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
  /** Our credentials if the SIP peer challenges us; never stored or logged. */
  readonly credentials?: SipCredentials;
  /** The caller, when it hears the callee's early media: the two are connected before the answer. */
  readonly earlyMediaTo?: string;
  /** Asterisk itself cancels after this time (ring-nets.ts), even when Legwork is not running. */
  readonly timeoutS: number;
  /** How often the leg was placed before, with other trunks. */
  readonly nth?: number;
}

/** Why we end a leg, with the SIP status that an unanswered inbound leg gets. */
export type HangUpReason =
  | 'normal' // 603 on a ringing leg, BYE on an answered one
  | 'busy' // 486
  | 'no-answer' // 480
  | 'not-found' // 404
  | 'error' // 500
  | 'overload' // 503
  | 'forbidden' // 403
  | 'answered-elsewhere'; // for outbound legs: the CANCEL says so, and no phone shows a missed call

export type PlayOutcome = 'finished' | 'failed' | 'stopped' | 'gone';

export type EchoOutcome = 'stopped' | 'gone' | 'failed';

/** How one side of a leg is recorded. */
export interface RecordOrder {
  /** `RE` + 32 hex, and the name of the file that Asterisk keeps until it is fetched. */
  readonly recordingSid: string;
  /** Plays a tone first, which is not recorded. */
  readonly beep: boolean;
  readonly maxLengthS: number;
  /** Seconds of uninterrupted silence that end it; undefined: silence does not end it. */
  readonly silenceS?: number;
  /** A former process may have begun it: then it is only watched until it ends. */
  readonly resumes?: boolean;
}

/**
 * `stopped`: the signal aborted. `failed`: Asterisk did not record. `missing`: the recording to be resumed is neither
 * running in Asterisk nor kept there. In all other cases there may be a file.
 */
export type RecordOutcome = 'silence' | 'max-length' | 'stopped' | 'gone' | 'failed' | 'missing';

/** How both sides of a leg are recorded; two channels make more than one file (recording-parts.ts). */
export interface TalkRecordOrder {
  readonly recordingSid: string;
  readonly channels: 1 | 2;
  /** Of one channel; default: both. */
  readonly track?: RecordingTrack;
  /** Not the leg is recorded, but what is heard in this room, until `signal` aborts or the room is closed. */
  readonly roomSid?: string;
  /** Called when Asterisk records; not when it did so before a restart. */
  readonly onBegun?: () => void;
  /** A former process may have begun it: then it is only watched until it ends. */
  readonly resumes?: boolean;
}

/** In all cases but `failed` there may be a file. */
export type TalkRecordOutcome = 'stopped' | 'gone' | 'failed';

/**
 * Drives the channels and bridges of legs, which are named by CallSid. Nothing here throws because a leg has gone:
 * that comes as a leg input. Everything resolves within the edge's own time limit.
 */
export interface CallControl {
  readonly rooms: RoomControl;
  /** Binds an offered inbound channel to its leg; what happened to the channel meanwhile follows as inputs. */
  accept(channelId: string, callSid: string): void;
  /** Ends an offered inbound channel, which then becomes no leg. */
  refuse(channelId: string, reason: HangUpReason): Promise<void>;
  /**
   * Sends 180 to an unanswered inbound leg; an answered one hears a ringing tone until `stopRinging`, that of the
   * country (`de`) if one is named.
   */
  startRinging(callSid: string, country?: string): Promise<void>;
  stopRinging(callSid: string): Promise<void>;
  /** Sends 200; the leg's `answer` input follows. */
  answer(callSid: string): Promise<void>;
  /**
   * Begins to ring an outbound leg. What becomes of it follows as inputs; when it cannot be placed, an `end`. A leg whose
   * `end` has come may be placed again.
   */
  place(order: PlaceOrder): void;
  /** Ends a leg in any state; its `end` follows. */
  hangUp(callSid: string, reason: HangUpReason): Promise<void>;
  /** Lets two answered legs talk, until `disconnect` or until one ends. */
  connect(first: string, second: string, options?: ConnectOptions): Promise<Bridge | undefined>;
  /** Plays one sound (a URL that Asterisk can fetch) to its end, or until `signal` aborts. */
  play(
    callSid: string,
    mediaUrl: string,
    signal: AbortSignal,
    playback?: NamedPlayback,
  ): Promise<PlayOutcome>;
  /** Records what the leg's own side says, until the order or `signal` ends it. Whatever was recorded is kept. */
  record(callSid: string, order: RecordOrder, signal: AbortSignal): Promise<RecordOutcome>;
  /** Records what the leg says and hears, whatever else it does meanwhile, until `signal` aborts or the leg ends. */
  recordTalk(callSid: string, order: TalkRecordOrder, signal: AbortSignal): Promise<TalkRecordOutcome>;
  /** Lets a recording that `recordTalk` makes leave out what comes, until it is resumed. True: it does, from now on. */
  pauseRecording(callSid: string, recordingSid: string): Promise<boolean>;
  /** Lets it record again; also one that was not paused. True: it does. */
  resumeRecording(callSid: string, recordingSid: string): Promise<boolean>;
  /**
   * Tells when the leg's own side makes a sound, and when it has been silent for `TALK_ENDS_AFTER_MS`, until `signal` aborts.
   * False: nobody can tell.
   */
  detectTalking(
    callSid: string,
    onChange: (isTalking: boolean) => void,
    signal: AbortSignal,
  ): Promise<boolean>;
  /** Sends DTMF (`0-9*#A-D`, `w` = 0.5 s pause) to the leg; resolves when it was sent. */
  sendDigits(callSid: string, digits: string, signal: AbortSignal): Promise<void>;
  /**
   * Tells when the leg's own side begins to make a sound, and when there has been silence for `endsAfterMs` since. Resolves
   * when `signal` aborts or the leg ends. All who listen to a leg give the same time.
   */
  listenForTalk(
    callSid: string,
    endsAfterMs: number,
    heard: (talk: Talk) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Lets an answered leg hear what it says, until `signal` aborts (`stopped`). `failed`: Asterisk does not do it. */
  echo(callSid: string, signal: AbortSignal): Promise<EchoOutcome>;
  /** Mutes a leg, so that nobody hears what it says, or unmutes it. */
  mute(callSid: string, muted: boolean): Promise<void>;
  /** Plays music to a leg that waits, until `stopMusic`. */
  startMusic(callSid: string): Promise<void>;
  stopMusic(callSid: string): Promise<void>;
  /** Makes Asterisk itself end the leg that many seconds from now, even when Legwork is not running. */
  setTimeLimit(callSid: string, seconds: number): Promise<void>;
}

/** Rooms in which many legs talk, named by the conference's sid. As with legs, nothing here throws. */
export interface RoomControl {
  /** Puts an answered leg into the room, which is made if necessary. True: the leg is in it. */
  enterRoom(roomSid: string, callSid: string): Promise<boolean>;
  /**
   * Lets a leg hear all that `coached`, who is in the room, says and hears, and only `coached` hears the leg. True: it is so.
   * It ends with `coached`, and by `leaveRoom`.
   */
  coach(roomSid: string, callSid: string, coached: string): Promise<boolean>;
  /** Takes a leg out of the room; from then on it hears nothing. */
  leaveRoom(roomSid: string, callSid: string): Promise<void>;
  /** Ends the room; the legs in it are left alone. */
  closeRoom(roomSid: string): Promise<void>;
  /** Plays a short tone to everybody in the room. Resolves when it begins, not when it ends. */
  beepInRoom(roomSid: string): Promise<void>;
}

/** A playback that is found again after a restart. */
export interface NamedPlayback {
  /** Letters, digits, `.` and `-`; never used before. */
  readonly name: string;
  /** A former process began it: if it still plays, we only wait for its end; else it is played again. */
  readonly resumes: boolean;
}

export interface ConnectOptions {
  /** Whether digits pressed during the talk are reported; Asterisk then has to look into every packet. */
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

/** Whom the call-control edge tells what happens to a leg. The edge does not wait for either, and neither may throw. */
export interface LegListener {
  input(callSid: string, input: ReportedInput): void | Promise<void>;
  digit(callSid: string, digit: string): void;
}
