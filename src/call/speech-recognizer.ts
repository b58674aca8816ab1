import type { OwnedRecording } from './recording/recording-files.ts';

/** What a recognizer understood; an empty transcript means that there was no speech. */
export type Recognized =
  | {
      readonly ok: true;
      readonly transcript: string;
      /** 0 to 1. */
      readonly confidence?: number;
      /** Its interim guesses, in order. */
      readonly partials: readonly { readonly transcript: string; readonly stability?: number }[];
    }
  | { readonly ok: false; readonly message: string };

export interface SpeechHints {
  /** A tag such as `en` or `pt-BR`. */
  readonly language: string;
  /** Words and phrases that are likely, between commas. */
  readonly hints?: string;
  /** The following are the engine's own business: passed on as they were written. */
  readonly speechModel?: string;
  readonly enhanced?: boolean;
  readonly profanityFilter?: boolean;
  readonly debug?: boolean;
}

/** Turns a kept recording into text. Never throws: a failure is a value. */
export interface SpeechRecognizer {
  recognize(recording: OwnedRecording, hints: SpeechHints, signal: AbortSignal): Promise<Recognized>;
}
