import assert from 'node:assert/strict';
import { decodeMuLaw, toneMs } from '../../../src/phone/tones.ts';
import { stories } from '../../support/live-story.ts';
import { aliceCallsStreamed, streamServer, toldOfStreams, toneOf } from '../../support/stream-story.ts';
import { waitUntil } from '../../support/wait-until.ts';

const NAMES = { '1000': 'A' };
const CONNECT = (url: string, attributes = '') =>
  `<Connect action="/after"><Stream url="${url}/agent?key=1" name="agent" statusCallback="/stream" ${attributes}>` +
  '<Parameter name="customer" value="Ada &amp; Co"/></Stream></Connect>';

stories('Alice talks with a WebSocket server', (story) => {
  it('hears what it plays, is heard by it, and goes on with the action when it closes', async () => {
    const server = await streamServer(story());
    const call = await aliceCallsStreamed(story(), CONNECT(server.url));
    await call.answered;
    call.audio.sendTone(440);
    const stream = await server.flowing();
    assert.deepEqual(stream.events.slice(0, 2), ['connected', 'start']);
    // In: what she says.
    await waitUntil('half a second of 440 Hz came', () => toneMs(decodeMuLaw(stream.audio()), 440) > 500);
    // Out: what it plays, much faster than speech, in odd pieces; then a mark.
    for (const bytes of [1, 159, 161, 8000]) {
      call.audio.mark();
      stream.play(toneOf(1000, 500), bytes);
      stream.mark(`after ${bytes}`);
      await call.audio.heardTone(1000, { forMs: 400 });
      await waitUntil('the mark comes back', () => stream.marks.at(-1) === `after ${bytes}`);
    }
    await call.audio.sendDigits('5');
    await waitUntil('the key is told', () => stream.of('dtmf').length > 0);
    assert.deepEqual(
      stream.of('dtmf').map(({ dtmf }) => dtmf),
      [{ track: 'inbound_track', digit: '5' }],
    );
    stream.socket.close(1000);
    await call.audio.heardDigits('7');
    assert.equal((await call.ended).how, 'bye');
    await story().app.waitFor(() => toldOfStreams(story()).length === 2);
    await story().quiet();
    assert.deepEqual(toldOfStreams(story()), ['0 stream-started', '1 stream-stopped']);
    const [after] = story().app.to('/after');
    assert.deepEqual(
      [after?.params['StreamName'], after?.params['StreamEvent'], after?.params['CallStatus']],
      ['agent', 'stream-stopped', 'in-progress'],
    );
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });

  it('hears at once no more of what the server takes back', async () => {
    const server = await streamServer(story());
    const call = await aliceCallsStreamed(story(), CONNECT(server.url));
    await call.answered;
    call.audio.sendSilence();
    const stream = await server.flowing();
    stream.play(toneOf(1000, 5000), 8000);
    stream.mark('one');
    stream.mark('two');
    await call.audio.heardTone(1000, { forMs: 300 });
    stream.clear();
    await waitUntil('the marks come back', () => stream.marks.length === 2);
    call.audio.mark();
    assert.deepEqual(stream.marks, ['one', 'two']);
    stream.play(toneOf(620, 600), 8000);
    await call.audio.heardTone(620, { forMs: 400 });
    // What was on its way to her phone.
    const late = toneMs(call.audio.received(), 1000);
    assert.ok(late <= 100, `${late} ms of it after clear`);
    await call.hangUp();
    await waitUntil('the server is told', () => stream.closed !== undefined);
    assert.equal(stream.closed, 1000);
    assert.equal(stream.events.at(-1), 'stop');
    await story().app.waitFor(
      () => story().app.to('/after').length > 0 && toldOfStreams(story()).length === 2,
    );
    assert.equal(story().app.to('/after')[0]?.params['CallStatus'], 'completed');
    await story().quiet();
  });
});
