import type { CallbackTarget } from '../../../call/callback-target.ts';
import type { RecordingRecord } from '../../../call/recording/recording-record.ts';
import type { HttpMethod } from '../../../call/http-method.ts';
import type { RecordingEvent } from '../../../call/recording/recording-record.ts';

/** `<Record>`: records what the caller says. Times in seconds. */
export interface RecordVerb {
  readonly action?: string;
  readonly method: HttpMethod;
  /** Seconds of silence that end it; 0: silence does not. */
  readonly timeoutS: number;
  readonly maxLengthS: number;
  /** Each of these keys ends it; empty: none does. */
  readonly finishOnKey: string;
  readonly playBeep: boolean;
  readonly trimSilence: boolean;
  readonly statusCallback?: CallbackTarget<RecordingEvent>;
  /** Where to send what was said. */
  readonly transcribeCallback?: string;
}

/** What is kept for a restart: the recording goes on in Asterisk while we are away. */
export interface RecordState {
  readonly recording: RecordingRecord;
}
