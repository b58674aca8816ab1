import assert from 'node:assert/strict';
import type { Sound, SoundAsker, Sounds, SpokenWords } from '../../src/call/sounds.ts';

/** Sounds, and application servers that have some. */
export interface SoundsWorld {
  readonly sounds: Sounds;
  /** The URL of a sound that an application server has. */
  readonly addSound: (path: string) => string;
  /** A URL where there is none. */
  readonly missing: string;
}

const ASKER: SoundAsker = { accountSid: 'AC1', signal: new AbortController().signal };
const HELLO: SpokenWords = { text: 'Hello, world', voice: 'woman', language: 'en' };

/** What verbs rely on, whoever makes the sounds: espeak-ng and sox, or what stands for them in other tests. */
export function keepsToTheSoundsContract(the: () => SoundsWorld): void {
  it('speaks; the same words are the same sound, and other words are another', async () => {
    const { sounds } = the();
    const speak = async (words: Partial<SpokenWords>) =>
      urlOf(await sounds.speak({ ...HELLO, ...words }, ASKER));
    const hello = await speak({});
    assert.equal(await speak({}), hello);
    const others = [
      await speak({ text: 'Goodbye' }),
      await speak({ voice: 'man' }),
      await speak({ language: 'de' }),
    ];
    assert.equal(new Set([hello, ...others]).size, 4);
  });

  for (const text of ['', ' \n ']) {
    it(`cannot speak ${JSON.stringify(text)}`, async () => {
      assertFailed(await the().sounds.speak({ ...HELLO, text }, ASKER));
    });
  }

  it('fetches; the same URL is the same sound, and another is another', async () => {
    const { sounds, addSound } = the();
    const [first, second] = [addSound('/a,b.wav'), addSound('/other.wav')];
    const fetch = async (url: string) => urlOf(await sounds.fetch(url, ASKER));
    const fetched = await fetch(first);
    assert.equal(await fetch(first), fetched);
    assert.notEqual(await fetch(second), fetched);
  });

  it('says that a sound cannot be fetched', async () => {
    assertFailed(await the().sounds.fetch(the().missing, ASKER));
  });

  for (const url of ['hello.wav', 'file:///etc/passwd', 'ftp://app.test/a.wav', '']) {
    it(`fetches nothing for "${url}"`, async () => {
      assertFailed(await the().sounds.fetch(url, ASKER));
    });
  }

  for (const [when, atFirst] of [
    ['has ended', (call: AbortController) => call.abort()],
    ['ends meanwhile', () => undefined],
  ] as const) {
    it(`gives no sound to a call that ${when}`, async () => {
      const { sounds, addSound } = the();
      const call = new AbortController();
      atFirst(call);
      const asker = { ...ASKER, signal: call.signal };
      const asked = [sounds.speak(HELLO, asker), sounds.fetch(addSound('/late.wav'), asker)];
      call.abort();
      for (const sound of await Promise.all(asked)) assertFailed(sound);
    });
  }

  it('gives the sound to a call that goes on, although another that wants it too has ended', async () => {
    const { sounds, addSound } = the();
    const url = addSound('/both.wav');
    const other = new AbortController();
    const asked = [{ ...ASKER, signal: other.signal }, ASKER].flatMap((asker) => [
      sounds.speak(HELLO, asker),
      sounds.fetch(url, asker),
    ]);
    other.abort();
    const [, , spoken, fetched] = await Promise.all(asked);
    assert.notEqual(urlOf(spoken), urlOf(fetched));
  });
}

function urlOf(sound: Sound | undefined): string {
  assert.ok(sound?.ok, sound?.ok === false ? sound.message : '');
  assert.match(sound.mediaUrl, /^http:\/\/[^,]+$/);
  return sound.mediaUrl;
}

/** Its message is a word for people. */
function assertFailed(sound: Sound): void {
  assert.ok(!sound.ok && /\w/.test(sound.message), JSON.stringify(sound));
}
