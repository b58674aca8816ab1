import assert from 'node:assert/strict';
import { soundMs } from '../../../src/phone/tones.ts';
import { aliceCalls1000 } from '../../support/alice-calls-1000.ts';
import type { Answer } from '../../support/application-server.ts';
import { findSound } from '../../support/heard.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';

const NAMES = { '1000': 'A' };
const SENTENCE = 'Welcome to Legwork, Alice.';
/** µ-law and packets leave this much of a sound at least. */
const SAME = 0.95;
const WAV_HEADER_BYTES = 44;

/** What the engine makes of a text, as samples. */
async function spoken(
  { stack }: LiveStory,
  text: string,
  voice = 'woman',
  language = 'en',
): Promise<Int16Array> {
  const { sounds } = stack.legwork.foundation;
  const sound = await sounds.speak(
    { text, voice, language },
    { accountSid: 'AC1', signal: new AbortController().signal },
  );
  assert.ok(sound.ok);
  const file = await (await fetch(sound.mediaUrl)).arrayBuffer();
  return new Int16Array(file.slice(WAV_HEADER_BYTES));
}

/** Alice calls 1000, listens to the end, and this is all that she heard. */
async function heard(story: LiveStory, document: Answer): Promise<Int16Array> {
  const call = await aliceCalls1000(story, document);
  await call.answered;
  assert.equal((await call.ended).how, 'bye');
  await story.quiet();
  assert.deepEqual(story.requests(NAMES), {
    'A /voice': ['POST CallStatus=ringing Direction=inbound'],
    'A /number': [
      'POST CallStatus=ringing Direction=inbound SequenceNumber=0',
      'POST CallStatus=in-progress Direction=inbound SequenceNumber=1',
      'POST CallStatus=completed Direction=inbound SequenceNumber=2',
    ],
  });
  assert.deepEqual(await story.legs(NAMES), { A: 'inbound completed' });
  assert.deepEqual(await story.notices('1000'), []);
  return call.audio.received();
}

function assertAbout(ms: number, expectedMs: number): void {
  assert.ok(Math.abs(ms - expectedMs) <= 0.1 * expectedMs, `${ms} ms, not ${expectedMs} ms`);
}

stories('Say reads a text aloud', (story) => {
  it('from its first to its last sample, once', async () => {
    const all = await heard(story(), `<Response><Say>${SENTENCE}</Say></Response>`);
    const sound = await spoken(story(), SENTENCE);
    assert.ok(soundMs(sound) > 800, 'the engine spoke');
    assertAbout(soundMs(all), soundMs(sound));
    assert.ok(findSound(all, sound).likeness > SAME);
  });

  it('twice with loop="2"', async () => {
    const all = await heard(story(), `<Response><Say loop="2">${SENTENCE}</Say></Response>`);
    const sound = await spoken(story(), SENTENCE);
    assertAbout(soundMs(all), 2 * soundMs(sound));
    const half = all.length / 2;
    for (const part of [all.subarray(0, half + 800), all.subarray(half - 800)]) {
      assert.ok(findSound(part, sound).likeness > SAME);
    }
  });

  it('in the voice and the language that it names, which are not the usual ones', async () => {
    const all = await heard(
      story(),
      '<Response><Say voice="man" language="de">Guten Morgen</Say></Response>',
    );
    assert.ok(findSound(all, await spoken(story(), 'Guten Morgen', 'man', 'de')).likeness > SAME);
    assert.ok(findSound(all, await spoken(story(), 'Guten Morgen')).likeness < SAME / 2);
  });

  it('that the application server sends as text/plain', async () => {
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    const all = await heard(story(), { headers, body: 'Hello & welcome' });
    assert.ok(findSound(all, await spoken(story(), 'Hello & welcome')).likeness > SAME);
  });
});
