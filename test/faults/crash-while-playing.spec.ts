import assert from 'node:assert/strict';
import { soundMs, toneMs } from '../../src/phone/tones.ts';
import { aliceListens } from '../support/alice-calls-1000.ts';
import { says } from '../support/caller.ts';
import { numberIsTold, VOICE } from '../support/dial-story.ts';
import { faultStories } from '../support/fault-stories.ts';
import { toneFile } from '../support/made-sounds.ts';
import { callGoesOn, verbBegan, wentOnAt } from '../support/timeline.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAMES = { '1000': 'A' };
const TOLD = { 'A /voice': VOICE, 'A /number': numberIsTold() };
const TONE_HZ = 440;

faultStories('Legwork is killed while Alice listens', (story) => {
  async function serveTone(seconds: number): Promise<void> {
    const body = await toneFile('wav', TONE_HZ, seconds);
    story().app.reply('/tone.wav', { headers: { 'content-type': 'audio/wav' }, body });
  }

  it('Play: the sound goes on, and what comes after it is played', async () => {
    // Longer than a start takes on a busy machine: a sound that ends meanwhile is played again.
    await serveTone(15);
    const call = await aliceListens(story(), '<Play>/tone.wav</Play><Play digits="7"/>');
    await call.audio.heardTone(TONE_HZ, { forMs: 500 });
    await story().stack.restart();
    await call.audio.heardDigits('7');
    await call.ended;
    await story().quiet();
    const heard = toneMs(call.audio.received(), TONE_HZ);
    assert.ok(heard > 14_500 && heard < 15_500, `${heard} ms`);
    assert.deepEqual(story().requestsOnce(NAMES), { ...TOLD, 'file /tone.wav': ['GET', 'GET'] });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });

  it('Play: a sound that ends meanwhile is played again, as often as is left of its loop', async () => {
    await serveTone(1);
    const call = await aliceListens(story(), '<Play loop="3">/tone.wav</Play>');
    await call.audio.heardTone(TONE_HZ, { forMs: 1200 });
    await story().stack.crash();
    // Of the second one little is left, which ends long before Legwork is back.
    await call.audio.heardTone(TONE_HZ, { forMs: 1900 });
    await story().stack.start();
    await call.ended;
    await story().quiet();
    const heard = toneMs(call.audio.received(), TONE_HZ);
    assert.ok(heard > 3700 && heard < 4300, `${heard} ms`);
    assert.deepEqual(story().requestsOnce(NAMES), { ...TOLD, 'file /tone.wav': ['GET', 'GET'] });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });

  it('Say: the sentence goes on', async () => {
    const sentence = 'one two three four five six seven eight nine ten';
    const call = await aliceListens(story(), `<Say>${sentence}</Say><Say>${sentence}</Say>`);
    await call.audio.heardSound({ forMs: 300 });
    await story().stack.restart();
    await call.ended;
    await story().quiet();
    const samples = call.audio.received();
    const [whole, second] = [soundMs(samples), soundMs(samples.slice(samples.length / 2))];
    assert.ok(Math.abs(whole - 2 * second) < 0.15 * whole, `${whole} ms, its half ${second} ms`);
    assert.deepEqual(story().requestsOnce(NAMES), TOLD);
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });

  it('a document that is long: it goes on where it stood, after two restarts, too', async () => {
    const comment = `<!--${'x'.repeat(20_000)}-->`;
    const verbs =
      '<Play digits="1"/><Pause length="2"/><Play digits="2"/><Gather timeout="2"/><Play digits="3"/>';
    const call = await aliceListens(story(), `${comment}${verbs}${comment}`);
    await call.audio.heardDigits('1');
    await verbBegan(story(), 'Pause');
    await story().stack.restart();
    await call.audio.heardDigits('12');
    await verbBegan(story(), 'Gather');
    await story().stack.restart();
    await call.audio.heardDigits('123');
    await call.ended;
    await story().quiet();
    assert.deepEqual(story().requestsOnce(NAMES), TOLD);
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });

  it('Pause: what is left of it is waited', async () => {
    const call = await aliceListens(story(), '<Play digits="1"/><Pause length="5"/><Play digits="2"/>');
    const began = Date.now();
    await call.audio.heardDigits('1');
    await verbBegan(story(), 'Pause');
    await story().stack.restart();
    await call.audio.heardDigits('12');
    const over = Date.now();
    assert.ok(over - began > 5000, `${over - began} ms`);
    const anew = over - (await wentOnAt(story()));
    assert.ok(anew < 5000, `${anew} ms after the restart`);
    await call.ended;
    await story().quiet();
    assert.deepEqual(story().requestsOnce(NAMES), TOLD);
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });

  it('Gather: what was recorded of her speech is gone, and it listens again', async () => {
    story().app.reply('/pressed', '<Response><Play digits="7"/></Response>');
    const call = await aliceListens(
      story(),
      '<Gather input="dtmf speech" numDigits="1" timeout="50" action="/pressed"/>',
    );
    const speech = async () => {
      const channels = (await story().stack.ari('channels')) as readonly { readonly id: string }[];
      return channels.map(({ id }) => id).filter((id) => id.startsWith('listener.speech-'));
    };
    const listens = async () => (await speech()).length === 1;
    await waitUntil('her speech is recorded', listens);
    await says(call, TONE_HZ, 300);
    const before = await speech();
    await story().stack.restart();
    await callGoesOn(story());
    await waitUntil(
      'it is recorded anew',
      async () => (await listens()) && (await speech())[0] !== before[0],
    );
    await call.sendDigits('1');
    await call.audio.heardDigits('7');
    await call.ended;
    await story().quiet();
    assert.deepEqual(await story().stack.ari('recordings/stored'), []);
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });

  it('Alice hangs up meanwhile: the call is over when Legwork is back', async () => {
    const call = await aliceListens(
      story(),
      '<Play digits="1"/><Pause length="60"/><Redirect>/never</Redirect>',
    );
    const { app } = story();
    await app.waitFor((requests) => requests.some(({ params }) => params['SequenceNumber'] === '1'));
    await story().stack.crash();
    await call.hangUp();
    await story().stack.start();
    await story().quiet();
    assert.deepEqual(story().requestsOnce(NAMES), TOLD);
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });
});
