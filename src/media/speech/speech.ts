import { rm } from 'node:fs/promises';
import type { SoundAsker, SpokenWords } from '../../call/sounds.ts';
import { FairTurns } from '../../concurrency/fair-turns.ts';
import type { MediaStore, StoredSound } from '../media-store.ts';
import { cannot, STOPPED, type PlayableSound } from '../sound/playable-sound.ts';
import { SingleFlight } from '../../concurrency/single-flight.ts';
import type { SoundConverter } from '../sound/sound-converter.ts';
import type { SpeechEngine, VoiceChoice, Words } from './speech-engine.ts';
import { speechText } from './speech-text.ts';

export interface SpeechParts {
  readonly engine: SpeechEngine;
  readonly converter: SoundConverter;
  readonly store: MediaStore;
}

/** The share of an engine's capacity that one account may use. */
const ONE_ACCOUNT = 0.75;

/** Speaks what `<Say>` says, once, and keeps the sound. */
export class Speech {
  readonly #parts: SpeechParts;
  readonly #shared = new SingleFlight<StoredSound | string>();
  readonly #turns: FairTurns;

  constructor(parts: SpeechParts) {
    this.#parts = parts;
    const { atOnce: total, perAccount = Math.ceil(total * ONE_ACCOUNT) } = parts.engine;
    this.#turns = new FairTurns({ total, perAccount, reserved: 1 });
  }

  async speak({ text, ssml, voice, language }: SpokenWords, asker: SoundAsker): Promise<PlayableSound> {
    const { engine, store } = this.#parts;
    const { signal } = asker;
    const said = speechText(text);
    if (said.text === '') return cannot('Say', 'has no text');
    const choice = await engine.choose(voice, language, signal);
    if (signal.aborted) return STOPPED;
    if (!choice.ok) return cannot('Say', choice.message);
    // Markup cannot be cut with its text.
    const words =
      ssml === undefined || said.notes.length > 0 ? { text: said.text } : { text: said.text, ssml };
    const name = store.nameFor('say', engine.id, choice.voice, choice.language, words.ssml ?? words.text);
    const kept = await store.find(name);
    const done = kept ?? (await this.#make(words, choice, name, asker));
    if (done === undefined) return STOPPED;
    if (typeof done === 'string') return cannot('Say', done);
    const notes = [...said.notes, ...choice.notes].map((note) => `<Say> ${note}`);
    const unrendered = ssml === undefined ? [] : (engine.unrendered?.(ssml) ?? []);
    return {
      ok: true,
      mediaUrl: store.urlOf(name),
      durationMs: done.durationMs,
      notes,
      ...(unrendered.length === 0
        ? {}
        : {
            unrendered: `the speech engine reads the text of ${unrendered.join(', ')} as if it had no markup`,
          }),
    };
  }

  /** The sound, a failure's message, or undefined when stopped. */
  #make(
    words: Words,
    choice: Extract<VoiceChoice, { ok: true }>,
    name: string,
    { accountSid, signal }: SoundAsker,
  ): Promise<StoredSound | string | undefined> {
    const { engine, converter } = this.#parts;
    // Shared within one account only, so that nobody waits in another account's queue.
    return this.#shared.run(`${accountSid} ${name}`, signal, async (shared) => {
      const asker = { accountSid, signal: shared };
      const spoken = await this.#turns.run(asker, () => engine.speak(words, choice, shared));
      if (spoken === undefined) return 'was stopped';
      if (!spoken.ok) return spoken.message;
      const { body } = spoken;
      const hint = { contentType: spoken.contentType, fileName: '' };
      const done = await converter.convert(body, hint, name, asker);
      if ('path' in body) await rm(body.path, { force: true });
      return done.ok ? done.sound : `the spoken text ${done.message}`;
    });
  }
}
