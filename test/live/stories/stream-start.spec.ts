import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import twilio from 'twilio';
import { decodeMuLaw, toneMs } from '../../../src/phone/tones.ts';
import { stories } from '../../support/live-story.ts';
import { ownPort } from '../../support/own-ports.ts';
import { aliceCallsStreamed, streamServer, toldOfStreams } from '../../support/stream-story.ts';
import { twilioClient } from '../../support/twilio-client.ts';
import { waitUntil } from '../../support/wait-until.ts';

const NAMES = { '1000': 'A', bob: 'B' };
const ALICE_HZ = 440;
const BOB_HZ = 1000;

stories('A server listens', (story) => {
  it('to both sides of a talk, from the answer on, and to what REST asks for, until that stops it', async () => {
    const server = await streamServer(story());
    const stream = `<Stream url="${server.url}/both" name="ear" track="both_tracks" statusCallback="/stream"/>`;
    const bob = await story().phone('bob');
    const call = await aliceCallsStreamed(
      story(),
      `<Start>${stream}</Start><Dial answerOnBridge="true" action="/after"><Client>bob</Client></Dial>`,
    );
    const atBob = await bob.incoming();
    atBob.ring();
    await atBob.answer();
    await call.answered;
    call.audio.sendTone(ALICE_HZ);
    atBob.audio.sendTone(BOB_HZ);
    const both = await server.flowing();
    const hears = (track: string, hz: number) => toneMs(decodeMuLaw(both.audio(track)), hz) > 500;
    await waitUntil('she is heard', () => hears('inbound', ALICE_HZ));
    await waitUntil('he is heard', () => hears('outbound', BOB_HZ));
    assert.deepEqual(both.of('start')[0]?.['start'], {
      accountSid: story().stack.legwork.accountSid,
      streamSid: both.streamSid,
      callSid: (await story().calls())[0]?.sid,
      tracks: ['inbound', 'outbound'],
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      customParameters: {},
    });
    assert.equal(toneMs(decodeMuLaw(both.audio('inbound')), BOB_HZ), 0);

    // Twilio's client begins and ends another one, and validates the handshake.
    const { url, accountSid, authToken } = story().stack.legwork;
    const client = twilioClient(url, accountSid, authToken);
    const callSid = (await story().calls())[0]?.sid ?? '';
    const rest = await client.calls(callSid).streams.create({
      url: `${server.url}/rest`,
      name: 'over REST',
      track: 'outbound_track',
      'parameter1.name': 'a',
      'parameter1.value': '1',
    });
    const second = await server.flowing(1);
    const signature = String(second.request.headers['x-twilio-signature']);
    assert.equal(twilio.validateRequest(authToken, signature, `${server.url}/rest`, {}), true);
    const start = second.of('start')[0]?.['start'] as { readonly customParameters: unknown };
    assert.deepEqual([second.streamSid, start.customParameters], [rest.sid, { a: '1' }]);
    const stopped = await client.calls(callSid).streams(rest.sid).update({ status: 'stopped' });
    assert.equal(stopped.sid, rest.sid);
    await waitUntil('it is closed', () => second.closed === 1000);
    assert.equal(second.events.at(-1), 'stop');

    await call.hangUp();
    await waitUntil('it is closed', () => both.closed !== undefined);
    assert.deepEqual([both.events, both.closed], [['connected', 'start', 'stop'], 1000]);
    await story().app.waitFor(() => toldOfStreams(story()).length === 2);
    await story().quiet();
    assert.deepEqual(toldOfStreams(story()), ['0 stream-started', '1 stream-stopped']);
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
  });
});

stories('A server that accepts a connection and says nothing', (story) => {
  it('is given up after 5 s, and the call goes on', async () => {
    const sockets = createServer((socket) => socket.on('error', () => undefined));
    sockets.listen(await ownPort(), '127.0.0.1');
    await once(sockets, 'listening');
    story().onEnd(async () => void sockets.close());
    const { port } = sockets.address() as { readonly port: number };
    const document = `<Connect action="/after"><Stream url="ws://127.0.0.1:${port}/" statusCallback="/stream"/></Connect>`;
    const call = await aliceCallsStreamed(story(), document);
    await call.answered;
    const answeredAt = performance.now();
    await call.audio.heardDigits('7');
    const tookMs = performance.now() - answeredAt;
    assert.ok(tookMs > 4500, `${tookMs} ms`);
    await call.ended;
    await story().app.waitFor(() => toldOfStreams(story()).length === 2);
    assert.deepEqual(toldOfStreams(story()), ['0 stream-error 31901', '1 stream-stopped']);
    await story().quiet();
  });
});
