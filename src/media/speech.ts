import type { MediaStore, StoredSound } from './media-store.ts';
import { cannot, STOPPED, type PlayableSound } from './playable-sound.ts';
import { SharedWork } from './shared-work.ts';
import type { SoundConverter } from './sound-converter.ts';
import type { SpeechEngine, VoiceChoice } from './speech-engine.ts';
import { speechText } from './speech-text.ts';
import { Turns } from './turns.ts';

export interface SpeechParts {
  readonly engine: SpeechEngine;
  readonly converter: SoundConverter;
  readonly store: MediaStore;
}

/** What `<Say>` says, spoken once and kept. */
export class Speech {
  readonly #parts: SpeechParts;
  readonly #shared = new SharedWork<StoredSound | string>();
  readonly #turns: Turns;

  constructor(parts: SpeechParts) {
    this.#parts = parts;
    this.#turns = new Turns(parts.engine.atOnce);
  }

  async speak(text: string, voice: string, language: string, signal: AbortSignal): Promise<PlayableSound> {
    const { engine, store } = this.#parts;
    const said = speechText(text);
    if (said.text === '') return cannot('Say', 'has no text');
    const choice = await engine.choose(voice, language, signal);
    if (signal.aborted) return STOPPED;
    if (!choice.ok) return cannot('Say', choice.message);
    const name = store.nameFor('say', engine.id, choice.voice, choice.language, said.text);
    const kept = await store.find(name);
    const done = kept ?? (await this.#make(said.text, choice, name, signal));
    if (done === undefined) return STOPPED;
    if (typeof done === 'string') return cannot('Say', done);
    const notes = [...said.notes, ...choice.notes].map((note) => `<Say> ${note}`);
    return { ok: true, mediaUrl: store.urlOf(name), durationMs: done.durationMs, notes };
  }

  /** The sound, a failure's message, or undefined when stopped. */
  #make(
    text: string,
    choice: Extract<VoiceChoice, { ok: true }>,
    name: string,
    signal: AbortSignal,
  ): Promise<StoredSound | string | undefined> {
    const { engine, converter } = this.#parts;
    return this.#shared.run(name, signal, async (shared) => {
      const spoken = await this.#turns.run(shared, () => engine.speak(text, choice, shared));
      if (spoken === undefined) return 'was stopped';
      if (!spoken.ok) return spoken.message;
      const hint = { contentType: spoken.contentType, fileName: '' };
      const done = await converter.convert(spoken.body, hint, name, shared);
      return done.ok ? done.sound : `what was spoken ${done.message}`;
    });
  }
}
