/** What became of the file that Asterisk made. `away`: it cannot be fetched now; ask again later. */
export type KeptRecording =
  | { readonly kind: 'kept' /** Of the sound as it is kept, after trimming. */; readonly durationMs: number }
  | /** It stays in Asterisk until it is removed. */ { readonly kind: 'silent' }
  | { readonly kind: 'missing'; readonly why: string }
  | { readonly kind: 'away'; readonly why: string };

/** The formats in which a recording can be fetched from us. */
export type SoundFormat = 'wav' | 'mp3';

/** A recording, and whose it is: accounts take fair turns at the tools that work on recordings. */
export interface OwnedRecording {
  readonly sid: string;
  readonly accountSid: string;
}

/** A recording that is over, and how it is kept. */
export interface FinishedRecording extends OwnedRecording {
  readonly trimSilence: boolean;
  /** Default: 1. */
  readonly channels?: 1 | 2;
  /** Put into the sound where it was paused. Milliseconds, `atMs` in the sound without them; default: none. */
  readonly silences?: readonly { readonly atMs: number; readonly lengthMs: number }[];
}

/** The sound of recordings, kept beside the database. Never throws: a failure is a value. */
export interface RecordingFiles {
  /**
   * Fetches a finished recording from Asterisk, where it is deleted once it is kept. May be repeated: the answer stays the same until the recording is removed.
   */
  keep(recording: FinishedRecording): Promise<KeptRecording>;
  /** Removes it here and in Asterisk, wherever it is. */
  remove(recordingSid: string, options?: { readonly channels: 1 | 2 }): Promise<void>;
}
