import type { MachineDetection } from '../../../call/answering-machine/machine-detection.ts';
import type { CallbackTarget, RequestTarget } from '../../../call/callback-target.ts';
import type { ConferenceEvent } from '../../../call/conference/conference-record.ts';
import type { CallEvent } from '../../../call/leg/leg.ts';
import type { HttpMethod } from '../../../call/http-method.ts';
import type { LiveLeg } from '../../../call/leg/live-leg.ts';
import type { Parameters } from '../../../call/request-parameters.ts';
import type { SipCredentials } from '../../../call/call-control.ts';
import type {
  RecordingEvent,
  RecordingRecord,
  RecordingTrack,
} from '../../../call/recording/recording-record.ts';
import type { CalleeAddress } from '../../../call/routing/targets.ts';
import type { Position } from '../../run/position.ts';
import type { Kept, RunContext } from '../../run/run-context.ts';

/** `<Dial>`: rings one or more callees and connects the first that answers, or enters a conference, or takes a leg out of a queue. */
export interface DialVerb {
  readonly action?: string;
  readonly method: HttpMethod;
  /** Seconds of ringing. */
  readonly timeoutS: number;
  /** Seconds of talk. */
  readonly timeLimitS: number;
  /** Shown to the callee instead of the caller's From. */
  readonly callerId?: string;
  readonly ringTone?: RingTone;
  readonly record?: DialRecording;
  /** Where the callbacks about a recording go. */
  readonly recordingCallback?: CallbackTarget<RecordingEvent>;
  readonly hangupOnStar: boolean;
  readonly answerOnBridge: boolean;
  /** The nouns ring one after the other, not at once. */
  readonly sequential: boolean;
  /** At least one; none when there is a conference or a queue. */
  readonly nouns: readonly DialNoun[];
  readonly conference?: ConferenceNoun;
  readonly queue?: QueueNoun;
}

/** One callee of a Dial: a leg of its own. */
export interface DialNoun {
  readonly address: CalleeAddress;
  /** SIP headers of the INVITE, names with `X-`. */
  readonly headers: Parameters;
  /** DTMF to send when the callee has answered. */
  readonly sendDigits?: string;
  /** Our credentials if the SIP peer challenges us. */
  readonly credentials?: SipCredentials;
  /** The document that the callee hears when it has answered, before it talks to the caller. */
  readonly screening?: RequestTarget;
  readonly statusCallback?: CallbackTarget<CallEvent>;
  /** What is asked about who answers; always beside the talk. */
  readonly machineDetection?: MachineDetection;
  readonly line: number;
  readonly column: number;
}

/** `<Conference>`: the caller enters a conference of its account and talks to all who are in it. */
export interface ConferenceNoun {
  /** Its name as written; case counts. */
  readonly room: string;
  readonly muted: boolean;
  readonly beepOnEnter: boolean;
  readonly beepOnExit: boolean;
  readonly startConferenceOnEnter: boolean;
  readonly endConferenceOnExit: boolean;
  readonly maxParticipants: number;
  /** What is heard until the conference begins; undefined: music. */
  readonly wait?: RequestTarget | 'silence';
  readonly label?: string;
  /** The only participant who hears this one. */
  readonly callSidToCoach?: string;
  readonly statusCallback?: CallbackTarget<ConferenceEvent>;
  readonly record: boolean;
  readonly trimSilence?: true;
  /** Where the callbacks about the recording go; undefined: where the Dial says. */
  readonly recordingCallback?: CallbackTarget<RecordingEvent>;
}

/** `<Queue>`: the first leg that waits in a queue of the account is taken out and talks to the caller. */
export interface QueueNoun {
  /** As written; case counts. */
  readonly name: string;
  /** The document that the leg from the queue hears before it talks to the caller. */
  readonly whisper?: RequestTarget;
}

/** What an answered caller hears while the callees ring: a country's ringing tone, or a sound that is repeated. */
export type RingTone = { readonly country: string } | { readonly url: string };

/** What a Dial records: both sides, in one channel or with the caller on the left and the callee on the right. */
export interface DialRecording {
  readonly from: 'answer' | 'ringing';
  readonly channels: 1 | 2;
  /** Undefined: both. */
  readonly track?: RecordingTrack;
  readonly trimSilence?: true;
}

/** A leg that a Dial made, and the noun that it was made for. */
export interface NounLeg {
  readonly noun: DialNoun;
  readonly live: LiveLeg;
}

/** Since when a callee is screened, and where its document stands. */
export interface Screening {
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly position?: Position;
}

/** What a Dial goes on from after a restart. Times are milliseconds since the epoch. */
export interface DialState {
  /** CallSids for the first nouns, in their order; the legs of the last turn may not exist yet. */
  readonly legs?: readonly string[];
  readonly ringingSince?: number;
  readonly winner?: string;
  readonly talkingSince?: number;
  readonly recording?: RecordingRecord;
  /** By CallSid. */
  readonly screenings?: Readonly<Record<string, Screening>>;
  /** Since when the caller is in a conference, or waits for a leg of a queue. */
  readonly since?: number;
  /** The leg that was taken out of a queue. */
  readonly member?: DialledMember;
}

/** A leg from a queue, as the action describes it. */
export interface DialledMember {
  readonly callSid: string;
  readonly queueSid: string;
  /** Whole seconds in the queue. */
  readonly waitedS: number;
}

/** What Dial's parts have while it runs. */
export type DialContext = RunContext & Kept<DialState>;
