import { isServiceAddress } from './service-address.ts';
import { splitWords } from './say-engine-setting.ts';

/** SPEECH_RECOGNIZER, parsed. */
export type RecognizerSetting =
  | { readonly kind: 'pocketsphinx' }
  | { readonly kind: 'command'; readonly words: readonly string[] }
  | { readonly kind: 'http'; readonly url: string }
  /** It hears speech while it is spoken. */
  | { readonly kind: 'ws'; readonly url: string };

const PLACES = [
  '{input}',
  '{language}',
  '{hints}',
  '{speechModel}',
  '{enhanced}',
  '{profanityFilter}',
  '{debug}',
];

/**
 * Reads SPEECH_RECOGNIZER: `pocketsphinx`, an http(s) URL (`POST` of `audio/wav` with `language`, `hints` and the rest of `SpeechHints` in the query), a
 * ws(s) URL (docs/speech.md has the messages), or a command line (words separated by spaces, quotes as in a shell; `{input}` is the WAV file, without it the sound comes
 * on standard input). Both answer JSON `{transcript, confidence}`. A string says what is wrong.
 */
export function parseSpeechRecognizer(setting: string): RecognizerSetting | string {
  const text = setting.trim();
  if (text === 'pocketsphinx') return { kind: 'pocketsphinx' };
  const scheme = /^(http|ws)s?:\/\//i.exec(text)?.[1];
  if (scheme !== undefined) {
    if (!isServiceAddress(text)) return 'SPEECH_RECOGNIZER is not a valid URL';
    return { kind: scheme.toLowerCase() === 'ws' ? 'ws' : 'http', url: text };
  }
  const words = splitWords(text);
  if (words === undefined) return 'SPEECH_RECOGNIZER has a quote that is not closed';
  if (words.length === 0) return 'SPEECH_RECOGNIZER names no program';
  const unknown = text.match(/\{\w*\}/g)?.find((place) => !PLACES.includes(place));
  if (unknown === undefined) return { kind: 'command', words };
  return `SPEECH_RECOGNIZER has ${unknown}, but only ${PLACES.join(', ')} are filled in`;
}
