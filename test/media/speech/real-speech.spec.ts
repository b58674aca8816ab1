import assert from 'node:assert/strict';
import { soundMs } from '../../../src/phone/tones.ts';
import { openRealSounds, SETUP_TIMEOUT_MS, type RealSounds } from '../sound/real-sounds.ts';
import { ASKER } from '../sound/sound-builders.ts';

describe('<Say> by the real espeak-ng and sox', () => {
  let real: RealSounds;
  before(async function () {
    this.timeout(SETUP_TIMEOUT_MS);
    real = await openRealSounds();
  });
  after(() => real.remove());

  const say = (text: string, voice = 'woman', language = 'en') =>
    real.sounds.speak({ text, voice, language }, ASKER);

  it('speaks, and speaks longer for a longer text', async () => {
    const short = await real.samplesOf(await say('Hello.'));
    const long = await real.samplesOf(
      await say('Hello, and welcome to Legwork. All our agents are busy at the moment.'),
    );
    assert.ok(soundMs(short) > 200, `${soundMs(short)} ms of sound`);
    assert.ok(soundMs(long) > 3 * soundMs(short), `${soundMs(long)} ms of sound`);
  });

  it('renders SSML: a break takes its time, slow speech longer, letters are spelled, another language sounds otherwise', async () => {
    const lengths = async (text: string, inner: string) => {
      const words = { text, voice: 'woman', language: 'en' };
      const plain = await real.sounds.speak(words, ASKER);
      const marked = await real.sounds.speak({ ...words, ssml: `<speak>${inner}</speak>` }, ASKER);
      assert.ok(plain.ok && marked.ok && marked.unrendered === undefined);
      return marked.durationMs - plain.durationMs;
    };
    assert.ok((await lengths('one two', 'one <break time="2s"/> two')) > 1500);
    assert.ok((await lengths('one two three', '<prosody rate="50%">one two three</prosody>')) > 500);
    assert.ok((await lengths('4271', '<say-as interpret-as="digits">4271</say-as>')) < -500);
    assert.notEqual(await lengths('Guten Tag', '<lang xml:lang="de">Guten Tag</lang>'), 0);
    assert.notEqual(await lengths('WWW', '<sub alias="web">WWW</sub>'), 0);
  });

  it('says what of SSML espeak-ng does not know', async () => {
    const ssml =
      '<speak><phoneme alphabet="ipa" ph="x">a</phoneme> <say-as interpret-as="date">1/2</say-as></speak>';
    const sound = await real.sounds.speak({ text: 'a 1/2', ssml, voice: 'woman', language: 'en' }, ASKER);
    assert.equal(
      sound.ok && sound.unrendered,
      'the speech engine reads the text of phoneme, say-as interpret-as="date" as if it had no markup',
    );
  });

  it('speaks with different voices for man, woman and a named one', async () => {
    const spoken = await Promise.all(['man', 'woman', 'klatt'].map((voice) => say('Hello', voice)));
    const waves = await Promise.all(spoken.map((sound) => real.samplesOf(sound)));
    assert.equal(new Set(waves.map((wave) => Buffer.from(wave.buffer).toString('base64'))).size, 3);
    assert.deepEqual(
      spoken.flatMap((sound) => (sound.ok ? sound.notes : [sound.message])),
      [],
    );
  });

  for (const [language, text] of [
    ['en', 'Good morning'],
    ['en-US', 'Good morning'],
    ['en-GB', 'Good morning'],
    ['de', 'Grüß Gott'],
    ['fr-CA', 'Bonjour, ça va?'],
    ['es-MX', 'Buenos días, señor'],
    ['pt-BR', 'Bom dia, irmão'],
    ['it', 'Buongiorno'],
    ['pl-PL', 'Dzień dobry'],
    ['ru', 'Доброе утро'],
    ['ar', 'صباح الخير'],
    ['ja-JP', 'おはよう'],
    ['zh-CN', '早上好'],
    ['zh-HK', '早晨'],
    ['nb-NO', 'God morgen'],
  ] as const) {
    it(`speaks ${language} without a note`, async () => {
      const sound = await say(text, 'woman', language);
      assert.ok(soundMs(await real.samplesOf(sound)) > 200);
      assert.deepEqual(sound.ok && sound.notes, []);
    });
  }

  it('speaks English with a note for a language that nobody knows', async () => {
    const sound = await say('Hello', 'woman', 'tlh-xx');
    assert.ok(soundMs(await real.samplesOf(sound)) > 200);
    assert.deepEqual(sound.ok && sound.notes, ['<Say> the language "tlh-xx" is not known; en is used']);
  });

  it('speaks text that looks like options, commands, markup or phonemes', async () => {
    for (const text of [
      '-w /tmp/x',
      '$(touch /tmp/x) `id`',
      '<b>bold</b> & more',
      "[[h@'loU]]",
      '"; ls',
      '%s%n',
    ]) {
      assert.ok(soundMs(await real.samplesOf(await say(text))) > 200, text);
    }
  });

  it('speaks the longest text within its time limit', async () => {
    const sound = await say('Seven words make one sentence of this. '.repeat(200));
    assert.ok(soundMs(await real.samplesOf(sound)) > 120_000);
  });

  it('is spoken by a command of the operator', async () => {
    const { command, args, env } = real.tools.espeak;
    const words = [command, ...args, '-v', '{language}', '--stdin', '-w', '{output}'];
    const byCommand = await openRealSounds({ kind: 'command', words }, env);
    const sound = await byCommand.sounds.speak({ text: 'Hello', voice: 'woman', language: 'de' }, ASKER);
    assert.ok(soundMs(await byCommand.samplesOf(sound)) > 200);
    await byCommand.remove();
  });
});
