import type { CallbackTarget } from '../callback-target.ts';
import type { Parameters } from '../request-parameters.ts';

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
  readonly statusCallback?: CallbackTarget<RecordingStatus>;
  /** Where to send what was said; absent once that callback is written. */
  readonly transcription?: {
    readonly url: string;
    /** The call's parameters, which the request carries too. */
    readonly parameters: Parameters;
  };
  readonly startTime: number;
  /** Whole seconds, once it is completed. */
  readonly duration?: number;
  readonly dateCreated: number;
  readonly dateUpdated: number;
}
