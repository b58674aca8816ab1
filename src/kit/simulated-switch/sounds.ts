import type { Sound, SoundAsker, Sounds, SpokenWords } from '../../call/sounds.ts';
import type { Download } from '../../call/download.ts';
import { kindOf } from '../../media/sound/sound-kind.ts';
import { speechText } from '../../media/speech/speech-text.ts';
import type { Heard } from './heard.ts';

/** A calm speaker says about so many characters in a second. */
const CHARACTERS_PER_S = 15;
const SHORTEST_SPEECH_MS = 500;
/** How long a sound lasts whose length cannot be told without decoding it. */
const UNTOLD_LENGTH_MS = 5_000;
const MOST_BYTES = 50 * 1024 * 1024;
const DOWNLOAD_TIMEOUT_MS = 30_000;

/** A sound that can be played to a leg. */
export interface KnownSound {
  readonly heard: Extract<Heard, { kind: 'say' | 'play' }>;
  readonly durationMs: number;
}

export interface SimulatedSoundsParts {
  readonly download: Download;
  /** The length of a recording of ours, if the URL is that of one. */
  readonly ownRecordingMs: (url: string) => number | undefined;
}

/** Sounds that are heard as words: a text takes as long as it takes to say, and a file is fetched as on a real call. */
export class SimulatedSounds implements Sounds {
  readonly #parts: SimulatedSoundsParts;
  readonly #known = new Map<string, KnownSound>();

  constructor(parts: SimulatedSoundsParts) {
    this.#parts = parts;
  }

  /** What is heard when this is played; undefined: it was never made. */
  find(mediaUrl: string): KnownSound | undefined {
    return this.#known.get(mediaUrl);
  }

  speak(words: SpokenWords): Promise<Sound> {
    const { text } = speechText(words.text);
    if (text === '') return Promise.resolve({ ok: false, message: '<Say> has no text' });
    return Promise.resolve(this.#keep({ kind: 'say', text }, spokenMs(text)));
  }

  async fetch(url: string, { signal }: SoundAsker): Promise<Sound> {
    const ownMs = this.#parts.ownRecordingMs(url);
    if (ownMs !== undefined) return this.#keep({ kind: 'play', url }, ownMs);
    const limits = { maxBytes: MOST_BYTES, timeoutMs: DOWNLOAD_TIMEOUT_MS, signal };
    const file = await this.#parts.download(url, limits);
    if (!file.ok) return { ok: false, message: `<Play> cannot fetch ${url}: ${file.message}` };
    if (file.unchanged) return { ok: false, message: `<Play> got nothing new from ${url}` };
    const { body, contentType } = file;
    const kind = kindOf(body, { contentType, fileName: new URL(url).pathname.split('/').at(-1) ?? '' });
    if ('notSound' in kind)
      return { ok: false, message: `<Play> cannot play ${url}: it is ${kind.notSound}` };
    return this.#keep({ kind: 'play', url }, kind.sound === 'wav' ? wavMs(body) : UNTOLD_LENGTH_MS);
  }

  #keep(heard: KnownSound['heard'], durationMs: number): Sound {
    const mediaUrl = `simulated:${this.#known.size + 1}`;
    this.#known.set(mediaUrl, { heard, durationMs });
    return { ok: true, mediaUrl };
  }
}

/** How long it takes to say this. */
export function spokenMs(text: string): number {
  return Math.max(SHORTEST_SPEECH_MS, Math.round((text.length / CHARACTERS_PER_S) * 1000));
}

const WAV_HEAD = 44;
const WAV_BYTES_PER_S_AT = 28;

/** Most heads have 44 bytes; what more there may be counts little. */
function wavMs(wav: Buffer): number {
  if (wav.length <= WAV_HEAD) return 0;
  const bytesPerS = wav.readUInt32LE(WAV_BYTES_PER_S_AT);
  return bytesPerS === 0 ? UNTOLD_LENGTH_MS : Math.round(((wav.length - WAV_HEAD) / bytesPerS) * 1000);
}
