import type { DetectionPlaces } from '../../call/answering-machine/detection-places.ts';
import type { Clock } from '../../concurrency/clock.ts';
import type { ConferenceRooms } from '../../call/conference/conferences.ts';
import type { CallQueues } from '../../call/queue/call-queues.ts';
import type { LegJournal } from '../../call/leg/journal.ts';
import type { GiveUp } from '../../call/leg/leg.ts';
import type { HttpMethod } from '../../call/http-method.ts';
import type { LiveCalls } from '../../call/leg/live-calls.ts';
import type { LiveLeg } from '../../call/leg/live-leg.ts';
import type { CallControl, HangUpReason } from '../../call/call-control.ts';
import type { Directory } from '../../call/directory.ts';
import type { Parameters } from '../../call/request-parameters.ts';
import type { RecordingFiles } from '../../call/recording/recording-files.ts';
import type { Sounds } from '../../call/sounds.ts';
import type { SpeechRecognizer } from '../../call/speech-recognizer.ts';
import type { RunningRecordings } from '../../call/recording/running-recordings.ts';
import type { LegAudio } from '../../call/stream/leg-audio.ts';
import type { Messages } from '../../call/message/messages.ts';
import type { MediaStreams } from '../../call/stream/media-streams.ts';
import type { RecordingLifecycle } from '../../call/recording/recording-lifecycle.ts';
import type { SideDocument, SideOutcome } from './side-document.ts';

/** The request with which a verb leaves its document for another one. */
export interface FetchRequest {
  readonly url: string;
  readonly method: HttpMethod;
  /** Sent after the standard parameters. */
  readonly extraParameters: Parameters;
  /** An `action` is requested even when the leg has ended, and its reply is ignored then; a redirect is not. */
  readonly reason: 'action' | 'redirect';
  /** The I-Idempotency-Token, if the verb has chosen it already. */
  readonly token?: string;
}

/** How a verb ended. */
export type VerbOutcome =
  | {
      readonly kind: 'next';
      /** The hunt is over: Dial verbs that directly follow are skipped. */
      readonly skipDials?: boolean;
      /** Nothing was heard, dialled or waited for: the document still counts as idle. */
      readonly idle?: boolean;
    }
  | {
      readonly kind: 'fetch';
      readonly request: FetchRequest;
      /** The same for an action; a redirect is always idle. */
      readonly idle?: boolean;
    }
  | { readonly kind: 'hang-up' }
  /** The leg leaves the queue that it waits in; only in a wait document. */
  | { readonly kind: 'leave' }
  /** Ends an unanswered leg with this SIP status and final state; an answered one is hung up. */
  | { readonly kind: 'reject'; readonly reason: HangUpReason; readonly giveUp: GiveUp }
  /** The leg has ended, or was modified: the verb does not decide what follows. */
  | { readonly kind: 'ended' };

/** A mistake that showed only while the verb ran; it becomes a notification of the call. */
export interface RunWarning {
  /** One of `ERROR_CODES`. */
  readonly errorCode: number;
  readonly message: string;
  readonly requestUrl?: string;
}

/** What running verbs needs from outside; the same for every call. */
export interface VerbServices {
  readonly control: CallControl;
  readonly journal: LegJournal;
  readonly clock: Clock;
  readonly sounds: Sounds;
  /** Where verbs put the legs that they make. */
  readonly calls: LiveCalls;
  readonly directory: Directory;
  readonly rooms: ConferenceRooms;
  readonly queues: CallQueues;
  readonly recordings: RecordingLifecycle;
  /** What records what legs say and hear, whatever they do meanwhile. */
  readonly runningRecordings: RunningRecordings;
  /** How many legs may be listened to for answering machines. */
  readonly detections: DetectionPlaces;
  readonly streams: MediaStreams;
  /** For speech that a recognizer hears while it is spoken. */
  readonly audio: LegAudio;
  readonly messages: Pick<Messages, 'admit' | 'find' | 'create'>;
  /** For sound that is recorded only for the recognizer. */
  readonly recordingFiles: RecordingFiles;
  /** Absent when the operator has configured none. */
  readonly recognizer?: SpeechRecognizer;
}

/** What one verb has while it runs. */
export interface RunContext extends VerbServices {
  readonly live: LiveLeg;
  /** Aborted when the leg has ended, or goes on with another document: `run` then returns promptly. */
  readonly signal: AbortSignal;
  /** Whether another verb of this document comes after this one. */
  readonly hasNext: boolean;
  /** Whether a verb other than Pause, Redirect and Reject has begun on this leg before. */
  readonly hasBegun: boolean;
  /** When the verb began, also when that was before a restart; milliseconds since the epoch. */
  readonly beganAt: number;
  /** A former process had begun this verb: what it started in Asterisk may still go on there. */
  readonly resumed: boolean;
  /** Answers an inbound leg that is not answered yet; resolves when it is `in-progress` or has ended. */
  answer(): Promise<void>;
  warn(warning: RunWarning): Promise<void>;
  /** The standard parameters of a document request, with the leg's status now. */
  standardParameters(): Parameters;
  /** Runs a document on a leg without ending it; resolves when it is over. Its requests have no fallback. */
  runDocument(side: SideDocument): Promise<SideOutcome>;
  /** A new I-Idempotency-Token. */
  newToken(): string;
}

/** What a verb that keeps state has in addition. */
export interface Kept<S> {
  /** What `saveState` kept before the process restarted, else undefined. */
  readonly savedState: S | undefined;
  /** Keeps what the verb could go on from after a restart; resolves when it is durable. */
  saveState(state: S): Promise<void>;
}
