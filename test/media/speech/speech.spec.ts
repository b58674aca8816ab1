import assert from 'node:assert/strict';
import { MediaStore } from '../../../src/media/media-store.ts';
import { Speech } from '../../../src/media/speech/speech.ts';
import { plainChoice, type SpeechEngine, type Spoken } from '../../../src/media/speech/speech-engine.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { converterWith, fakeSox, MEDIA_URL, ASKER, openStore, wavOf } from '../sound/sound-builders.ts';

const SPOKEN: Spoken = { ok: true, body: wavOf(new Int16Array(8), 16_000), contentType: 'audio/wav' };

/** An engine that remembers what it was asked to say. */
function fakeEngine(answer: (signal: AbortSignal) => Promise<Spoken> = () => Promise.resolve(SPOKEN)): {
  engine: SpeechEngine;
  said: (readonly [text: string, voice: string, language: string])[];
} {
  const said: (readonly [string, string, string])[] = [];
  const engine: SpeechEngine = {
    id: 'fake',
    atOnce: 4,
    choose: (voice, language) => Promise.resolve(plainChoice(voice, language)),
    speak({ ssml, text }, choice, signal) {
      said.push([ssml ?? text, choice.voice, choice.language]);
      return answer(signal);
    },
  };
  return { engine, said };
}

describe('<Say>', () => {
  let store: MediaStore;
  let dir: string;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ store, dir, remove } = await openStore(new FakeClock()));
  });
  afterEach(() => remove());
  const speechWith = (engine: SpeechEngine, sox = fakeSox({ ms: 1500 })): Speech =>
    new Speech({ engine, converter: converterWith(store, sox.runTool), store });

  it('gives the markup to the engine, and says what that does not render', async () => {
    const { engine, said } = fakeEngine();
    const words = { text: 'Hello', ssml: '<speak><w>Hello</w></speak>', voice: 'woman', language: 'en' };
    const plain = await speechWith(engine).speak(words, ASKER);
    const picky = await speechWith({ ...engine, unrendered: () => ['w'] }).speak(words, ASKER);
    assert.deepEqual(said, [['<speak><w>Hello</w></speak>', 'woman', 'en']]);
    assert.deepEqual(
      [plain.ok && plain.unrendered, picky.ok && picky.unrendered],
      [undefined, 'the speech engine reads the text of w as if it had no markup'],
    );
  });

  it('gives a URL that Asterisk can fetch, and how long it is', async () => {
    const { engine, said } = fakeEngine();
    const sound = await speechWith(engine).speak({ text: ' Hello ', voice: 'woman', language: 'en' }, ASKER);
    const name = store.nameFor('say', 'fake', 'woman', 'en', 'Hello');
    assert.deepEqual(sound, {
      ok: true,
      mediaUrl: `${MEDIA_URL}/media/${name}.wav`,
      durationMs: 1500,
      notes: [],
    });
    assert.deepEqual(said, [['Hello', 'woman', 'en']]);
  });

  it('speaks the same text once, also when two calls want it at the same time, and after a restart', async () => {
    const { engine, said } = fakeEngine();
    const speech = speechWith(engine);
    const sounds = await Promise.all(
      [1, 2].map(() => speech.speak({ text: 'Hello', voice: 'woman', language: 'en' }, ASKER)),
    );
    assert.deepEqual(sounds[0], sounds[1]);
    await speech.speak({ text: 'Hello', voice: 'woman', language: 'en' }, ASKER);
    store = await MediaStore.open({ dir, mediaUrl: MEDIA_URL, clock: new FakeClock() });
    await speechWith(engine).speak({ text: 'Hello', voice: 'woman', language: 'en' }, ASKER);
    assert.equal(said.length, 1);
  });

  it('speaks anew for another voice, language or text', async () => {
    const { engine, said } = fakeEngine();
    const speech = speechWith(engine);
    await speech.speak({ text: 'Hello', voice: 'woman', language: 'en' }, ASKER);
    await speech.speak({ text: 'Hello', voice: 'man', language: 'en' }, ASKER);
    await speech.speak({ text: 'Hello', voice: 'man', language: 'de' }, ASKER);
    await speech.speak({ text: 'Hello!', voice: 'man', language: 'de' }, ASKER);
    assert.equal(said.length, 4);
  });

  it('notes what was not as asked', async () => {
    const sound = await speechWith(fakeEngine().engine).speak(
      { text: 'a '.repeat(3000), voice: '--help', language: '/etc' },
      ASKER,
    );
    assert.deepEqual(sound.ok ? sound.notes : sound, [
      '<Say> the text has 5999 characters; only the first 4096 are spoken',
      '<Say> the voice is not a voice name; woman is used',
      '<Say> the language is not a language tag; en is used',
    ]);
  });

  it('without text is a failure that says so', async () => {
    assert.deepEqual(
      await speechWith(fakeEngine().engine).speak({ text: ' \n', voice: 'woman', language: 'en' }, ASKER),
      {
        ok: false,
        message: '<Say> has no text',
      },
    );
  });

  it('tells what the engine could not do, and tries again the next time', async () => {
    let answer: Spoken = { ok: false, message: 'cannot speak: fake took longer than 10 s' };
    const speech = speechWith(fakeEngine(() => Promise.resolve(answer)).engine);
    assert.deepEqual(await speech.speak({ text: 'Hello', voice: 'woman', language: 'en' }, ASKER), {
      ok: false,
      message: '<Say> cannot speak: fake took longer than 10 s',
    });
    answer = SPOKEN;
    assert.equal((await speech.speak({ text: 'Hello', voice: 'woman', language: 'en' }, ASKER)).ok, true);
  });

  it('tells when what the engine gave is no sound', async () => {
    const body = Buffer.from('{"error": "quota"}');
    const { engine } = fakeEngine(() => Promise.resolve({ ok: true, body, contentType: 'application/json' }));
    assert.deepEqual(
      await speechWith(engine).speak({ text: 'Hello', voice: 'woman', language: 'en' }, ASKER),
      {
        ok: false,
        message: '<Say> the spoken text is not a sound: JSON (WAV, MP3, Ogg, FLAC, AU and GSM can be played)',
      },
    );
  });

  it('stops the engine when the caller hangs up', async () => {
    const call = new AbortController();
    const engineSignals: AbortSignal[] = [];
    const { engine } = fakeEngine((signal) => {
      engineSignals.push(signal);
      return new Promise(() => undefined);
    });
    const sound = speechWith(engine).speak(
      { text: 'Hello', voice: 'woman', language: 'en' },
      { ...ASKER, signal: call.signal },
    );
    await waitUntil('the engine speaks', () => engineSignals.length === 1);
    call.abort();
    assert.deepEqual(await sound, { ok: false, message: 'stopped before the sound was ready' });
    assert.equal(engineSignals[0]?.aborted, true);
  });
});
