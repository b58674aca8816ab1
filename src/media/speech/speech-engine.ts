import type { OnDisk } from '../sound/sound-converter.ts';

/** The voice and language with which an engine does what was asked. */
export type VoiceChoice =
  | {
      readonly ok: true;
      /** In the engine's words; together with the text it decides the sound. */
      readonly voice: string;
      readonly language: string;
      /** What was asked for but is not there, and what is used instead. */
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly message: string };

/**
 * Sound in any format that can be converted (the file belongs to whoever gets it), or a message that continues a
 * sentence whose subject is `<Say>`.
 */
export type Spoken =
  | { readonly ok: true; readonly body: Buffer | OnDisk; readonly contentType: string }
  | { readonly ok: false; readonly message: string };

/** What is to be spoken: the text, and the same with SSML where it has some. */
export interface Words {
  readonly text: string;
  readonly ssml?: string;
}

/** Makes speech of text; espeak-ng, a command or an HTTP service. Never throws: a failure is a value. */
export interface SpeechEngine {
  /** Part of the cache's key: a different engine speaks the same text anew. */
  readonly id: string;
  /** How many texts it may speak at the same time. */
  readonly atOnce: number;
  /** How many of them for one account; default: three quarters. */
  readonly perAccount?: number;
  /** `voice`: man, woman or a name; `language`: a tag like `en` or `pt-BR`. */
  choose(voice: string, language: string, signal: AbortSignal): Promise<VoiceChoice>;
  speak(words: Words, choice: Extract<VoiceChoice, { ok: true }>, signal: AbortSignal): Promise<Spoken>;
  /** What it does not render of the SSML, by the names of the elements; undefined: it is for the engine to say. */
  unrendered?(ssml: string): readonly string[];
}

export const SPEECH_TIMEOUT_MS = 10_000;
/** 19 minutes at 22 kHz. */
export const MOST_SPEECH_BYTES = 50 * 1024 * 1024;

/**
 * For engines whose voices we do not know: passes on what looks like a voice and a language tag, so that
 * nothing that an application server sends can be an option or a path.
 */
export function plainChoice(voice: string, language: string): VoiceChoice {
  const voiceIsPlain = /^[\p{L}\p{N}][\p{L}\p{N} ._+()-]{0,99}$/u.test(voice);
  const languageIsPlain = /^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8}){0,4}$/.test(language);
  return {
    ok: true,
    voice: voiceIsPlain ? voice : 'woman',
    language: languageIsPlain ? language : 'en',
    notes: [
      ...(voiceIsPlain ? [] : ['the voice is not a voice name; woman is used']),
      ...(languageIsPlain ? [] : ['the language is not a language tag; en is used']),
    ],
  };
}
