import type { OwnedRecording } from './recording/recording-files.ts';

/** What is recorded for a recognizer only has a name that begins with this. */
export const SPEECH_PREFIX = 'speech-';

/** What a recognizer takes to be said, while it is not sure yet. */
export interface Guess {
  readonly transcript: string;
  /** 0 to 1. */
  readonly stability?: number;
}

/** What it has understood, for good. */
export interface Understood {
  readonly transcript: string;
  /** 0 to 1. */
  readonly confidence?: number;
}

/** What a recognizer understood; an empty transcript means that there was no speech. */
export type Recognized =
  | (Understood & {
      readonly ok: true;
      /** Its interim guesses, in order. */
      readonly partials: readonly Guess[];
    })
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

/** Whose speech it is, and what is known of it. */
export interface SpeechOrder {
  readonly accountSid: string;
  readonly callSid: string;
  readonly hints: SpeechHints;
}

/** Told of what is understood while somebody speaks; of nothing more after `over`, or after `close`. */
export interface SpeechListener {
  partial(guess: Guess): void;
  /** A part of what is said is understood. What is said may have several. */
  final(part: Understood): void;
  /** Nothing more is understood. `failure`: why, if it went wrong. */
  over(failure?: string): void;
}

/** Speech on its way to a recognizer. Nothing here throws. */
export interface SpeechSession {
  /** µ-law at 8 kHz, in pieces of any length. */
  audio(bytes: Uint8Array): void;
  /** There is no more speech: the last `final` comes, and `over`. */
  finish(): void;
  /** Nobody wants to know any more. */
  close(): void;
}

/** Turns speech into text. Never throws: a failure is a value. */
export interface SpeechRecognizer {
  /** Of a kept recording. */
  recognize(recording: OwnedRecording, hints: SpeechHints, signal: AbortSignal): Promise<Recognized>;
  /** While it is spoken. Absent where only whole recordings can be recognized. */
  listen?(order: SpeechOrder, listener: SpeechListener): SpeechSession;
}

/** What is said in several parts, as one; its confidence is the mean of theirs. */
export function inOne(parts: readonly Understood[]): Understood {
  const transcript = parts
    .map((part) => part.transcript)
    .filter((text) => text !== '')
    .join(' ');
  const given = parts.map(({ confidence }) => confidence).filter((one) => one !== undefined);
  if (given.length === 0) return { transcript };
  const mean = given.reduce((sum, one) => sum + one, 0) / given.length;
  return { transcript, confidence: Math.round(mean * 1000) / 1000 };
}
