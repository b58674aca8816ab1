import type { Guess, Recognized, Understood } from '../../call/speech-recognizer.ts';

/** No more text than this goes into one request parameter. */
const MOST_CHARACTERS = 16_000;
const MOST_PARTIALS = 50;

type Fields = Readonly<Record<string, unknown>>;

/** A JSON object; undefined when it is none. */
export function readObject(text: string): Fields | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null ? (read as Fields) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads `{transcript, confidence, partials}`; only the transcript must be there. */
export function readAnswer(text: string): Recognized {
  const answer = readObject(text);
  const understood = answer === undefined ? undefined : readUnderstood(answer);
  if (answer === undefined || understood === undefined) {
    return { ok: false, message: 'The speech recognizer did not answer with a transcript' };
  }
  const { partials } = answer;
  const list: readonly unknown[] = Array.isArray(partials) ? partials.slice(0, MOST_PARTIALS) : [];
  return { ok: true, ...understood, partials: list.flatMap(partialOf) };
}

/** Undefined without a transcript. */
export function readUnderstood({ transcript, confidence }: Fields): Understood | undefined {
  if (typeof transcript !== 'string') return undefined;
  return { transcript: cleaned(transcript), ...share('confidence', confidence) };
}

/** Undefined without a transcript. */
export function readGuess({ transcript, stability }: Fields): Guess | undefined {
  if (typeof transcript !== 'string') return undefined;
  return { transcript: cleaned(transcript), ...share('stability', stability) };
}

function partialOf(value: unknown): readonly Guess[] {
  if (typeof value !== 'object' || value === null) return [];
  const guess = readGuess(value as Fields);
  return guess === undefined || guess.transcript === '' ? [] : [guess];
}

export function cleaned(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, MOST_CHARACTERS);
}

function share<K extends string>(name: K, value: unknown): { readonly [P in K]?: number } {
  const isShare = typeof value === 'number' && value >= 0 && value <= 1;
  return (isShare ? { [name]: value } : {}) as { readonly [P in K]?: number };
}
