import type { Sound, SoundAsker, Sounds, SpokenWords } from '../../src/call/sounds.ts';

const STOPPED: Sound = { ok: false, message: 'stopped before the sound was ready' };

/** Stands for speech and fetched sounds: every sound exists, but those in `missing`. */
export class FakeSounds implements Sounds {
  /** What was asked for, as `say voice language text` or `fetch url`. */
  readonly asked: string[] = [];
  /** Texts and URLs that cannot be had. */
  readonly missing = new Set<string>();

  async speak({ text, voice, language }: SpokenWords, { signal }: SoundAsker): Promise<Sound> {
    this.asked.push(`say ${voice} ${language} ${text}`);
    if (await hasEnded(signal)) return STOPPED;
    if (text.trim() === '') return { ok: false, message: 'has no text' };
    return this.#sound(text, `say/${encodeURIComponent(text)}${ofVoice(voice, language)}`);
  }

  async fetch(url: string, { signal }: SoundAsker): Promise<Sound> {
    this.asked.push(`fetch ${url}`);
    if (await hasEnded(signal)) return STOPPED;
    if (!/^https?:/.test(url)) return { ok: false, message: 'not an http or https URL' };
    return this.#sound(url, `fetched/${encodeURIComponent(url)}`);
  }

  #sound(key: string, path: string): Sound {
    if (this.missing.has(key)) return { ok: false, message: 'no such sound' };
    return { ok: true, mediaUrl: `http://media.test/${path}` };
  }
}

function ofVoice(voice: string, language: string): string {
  return voice === 'woman' && language === 'en' ? '' : `?voice=${voice}&language=${language}`;
}

/** Whether the call has ended by the time that a sound could be there. */
function hasEnded(signal: AbortSignal): Promise<boolean> {
  return Promise.resolve().then(() => signal.aborted);
}
