import assert from 'node:assert/strict';
import { soundMs, toneMs } from '../../../src/phone/tones.ts';
import { aliceCalls1000 } from '../../support/alice-calls-1000.ts';
import type { Answer } from '../../support/application-server.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';
import { toneFile } from '../../support/made-sounds.ts';

const NAMES = { '1000': 'A' };
const TONE_HZ = 440;
const TONE_MS = 500;
const RINGING = 'POST CallStatus=ringing Direction=inbound SequenceNumber=0';
const REQUESTS = {
  'A /voice': ['POST CallStatus=ringing Direction=inbound'],
  'A /number': [
    RINGING,
    'POST CallStatus=in-progress Direction=inbound SequenceNumber=1',
    'POST CallStatus=completed Direction=inbound SequenceNumber=2',
  ],
};

/** Alice calls 1000, whose document is this. */
async function callTo(story: LiveStory, document: Answer) {
  const call = await aliceCalls1000(story, document);
  await call.answered;
  return call;
}

/** The call ends by itself; nothing else was heard but so much of the tone. */
async function assertHeard(
  story: LiveStory,
  call: Awaited<ReturnType<typeof callTo>>,
  ms: number,
  hz = TONE_HZ,
): Promise<void> {
  assert.equal((await call.ended).how, 'bye');
  await story.quiet();
  const all = call.audio.received();
  const heard = { tone: toneMs(all, hz), sound: soundMs(all) };
  assert.ok(heard.tone >= 0.85 * ms && heard.sound <= 1.2 * ms, JSON.stringify(heard));
  assert.deepEqual(await story.legs(NAMES), { A: 'inbound completed' });
}

async function serveTone(story: LiveStory, path: string, kind: 'wav' | 'mp3', hz = TONE_HZ): Promise<void> {
  const type = kind === 'wav' ? 'audio/wav' : 'audio/mpeg';
  const body = await toneFile(kind, hz, TONE_MS / 1000);
  story.app.reply(path, { headers: { 'content-type': type }, body });
}

stories('Play plays a sound of the application server', (story) => {
  for (const kind of ['wav', 'mp3'] as const) {
    it(`that is ${kind.toUpperCase()}, 44.1 kHz, stereo`, async () => {
      await serveTone(story(), `/sounds/tone.${kind}`, kind);
      const call = await callTo(story(), `<Response><Play>sounds/tone.${kind}</Play></Response>`);
      await assertHeard(story(), call, TONE_MS);
      assert.deepEqual(story().requests(NAMES), { ...REQUESTS, [`file /sounds/tone.${kind}`]: ['GET'] });
      assert.deepEqual(await story().notices('1000'), []);
    });
  }

  it('as often as loop says', async () => {
    await serveTone(story(), '/tone.wav', 'wav');
    const call = await callTo(story(), '<Response><Play loop="3">/tone.wav</Play></Response>');
    await assertHeard(story(), call, 3 * TONE_MS);
    assert.deepEqual(story().requests(NAMES), { ...REQUESTS, 'file /tone.wav': ['GET'] });
  });

  it('that it sends instead of a document', async () => {
    await serveTone(story(), '/voice', 'wav');
    const answer = { headers: { 'content-type': 'audio/wav' }, body: await toneFile('wav', TONE_HZ, 0.5) };
    const call = await callTo(story(), answer);
    await assertHeard(story(), call, TONE_MS);
    assert.deepEqual(story().requests(NAMES), { ...REQUESTS, 'file /voice': ['GET'] });
  });

  it('for ever with loop="0", until the caller hangs up', async () => {
    await serveTone(story(), '/tone.wav', 'wav');
    const call = await callTo(
      story(),
      '<Response><Play loop="0">/tone.wav</Play><Redirect>/never</Redirect></Response>',
    );
    await call.audio.heardTone(TONE_HZ, { forMs: 2.5 * TONE_MS });
    await call.hangUp();
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), { ...REQUESTS, 'file /tone.wav': ['GET'] });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });
});

stories('Play of what cannot be played', (story) => {
  for (const [what, answer] of [
    ['is not there', { status: 404 }],
    ['is no sound', { headers: { 'content-type': 'audio/wav' }, body: 'This is not a sound.' }],
  ] as const) {
    it(`is skipped with a warning when it ${what}, and the next verb runs`, async () => {
      await serveTone(story(), '/tone.wav', 'wav', 697);
      story().app.reply('/missing.wav', answer);
      const call = await callTo(
        story(),
        '<Response><Play>/missing.wav</Play><Play>/tone.wav</Play></Response>',
      );
      await assertHeard(story(), call, TONE_MS, 697);
      assert.deepEqual(story().requests(NAMES), {
        ...REQUESTS,
        'file /missing.wav': ['GET'],
        'file /tone.wav': ['GET'],
      });
      const notices = await story().notices('1000');
      assert.equal(notices.length, 1);
      assert.match(notices[0] ?? '', /^Play failed: /);
    });
  }
});

stories('Play digits', (story) => {
  it('are heard as RFC 4733 events, with half a second for each w', async () => {
    const call = await callTo(story(), '<Response><Play digits="1w2*#"/></Response>');
    await call.audio.heardDigits('12*#');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), REQUESTS);
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });

  it('are all sent before the call is hung up, however many there are', async () => {
    const digits = '1234567890*#'.repeat(3);
    const call = await callTo(story(), `<Response><Play digits="${digits}"/></Response>`);
    assert.equal((await call.ended).how, 'bye');
    assert.equal(call.audio.receivedDigits(), digits);
    await story().quiet();
  });
});
