import type { Sound, Sounds, SpokenWords } from '../../src/call/sounds.ts';

/** Stands for speech and fetched sounds: every sound exists, but those in `missing`. */
export class FakeSounds implements Sounds {
  /** What was asked for, as `say voice language text` or `fetch url`. */
  readonly asked: string[] = [];
  /** Texts and URLs that cannot be had. */
  readonly missing = new Set<string>();

  speak({ text, voice, language }: SpokenWords): Promise<Sound> {
    this.asked.push(`say ${voice} ${language} ${text}`);
    return Promise.resolve(this.#sound(text, `http://media.test/say/${encodeURIComponent(text)}`));
  }

  fetch(url: string): Promise<Sound> {
    this.asked.push(`fetch ${url}`);
    return Promise.resolve(this.#sound(url, `http://media.test/fetched/${encodeURIComponent(url)}`));
  }

  #sound(key: string, mediaUrl: string): Sound {
    return this.missing.has(key) ? { ok: false, message: 'no such sound' } : { ok: true, mediaUrl };
  }
}
