import assert from 'node:assert/strict';
import { aliceListens } from '../support/alice-calls-1000.ts';
import { says } from '../support/caller.ts';
import { clusterStories } from '../support/cluster-stories.ts';
import { aliceCallsStreamed, streamServer, toldOfStreams } from '../support/stream-story.ts';
import { aliceAndBobTalk, areHeard, BOB_HUNG_UP } from '../support/talk-story.ts';
import { recordingBegan } from '../support/timeline.ts';
import { waitUntil } from '../support/wait-until.ts';
import { wavOf } from '../support/wav.ts';

const NAMES = { '1000': 'A', bob: 'B' };
/** The contract: a switch of a dead node is driven by another one within 15 s. */
const TAKEN_WITHIN_MS = 15_000;

clusterStories('A node is killed while Alice and Bob talk on its switch', (story) => {
  it('they talk on, the other node takes the switch within 15 s, and the end is told as if nothing had happened', async () => {
    const { stack } = story();
    const talk = await aliceAndBobTalk(story());
    await stack.a.crash();
    await areHeard(talk);
    const took = await stack.drives('b', 'a', TAKEN_WITHIN_MS);
    console.log(`      taken over after ${took} ms`);
    await areHeard(talk);
    await talk.atBob.hangUp();
    await talk.call.ended;
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), BOB_HUNG_UP);
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
    const notices = await story().notices('1000');
    assert.ok(notices.includes('Switch a was taken over by node b from node a'), JSON.stringify(notices));
  });
});

clusterStories('A node is killed while a call on its switch talks with a server', (story) => {
  it('the other node goes on with the action, and the stream is told as stopped once', async () => {
    const { stack, app } = story();
    const server = await streamServer(story());
    const call = await aliceCallsStreamed(
      story(),
      `<Connect action="/after"><Stream url="${server.url}" statusCallback="/stream"/></Connect>`,
    );
    await call.answered;
    const stream = await server.flowing();
    await app.waitFor(() => toldOfStreams(story()).length === 1);
    await stack.delivered();
    await stack.a.crash();
    await waitUntil('its socket is broken', () => stream.closed === 1006);
    stack.restAt = 'b';
    await stack.drives('b', 'a', TAKEN_WITHIN_MS);
    await call.audio.heardDigits('7');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(toldOfStreams(story()), ['0 stream-started', '1 stream-stopped']);
    assert.deepEqual(
      app.to('/after').map(({ params }) => [params['StreamEvent'], params['CallStatus']]),
      [['stream-stopped', 'in-progress']],
    );
    assert.equal(server.streams.length, 1);
    assert.deepEqual(await story().legs({ '1000': 'A' }), { A: 'inbound completed' });
  });
});

clusterStories('The other node drives a switch whose Asterisk is elsewhere', (story) => {
  it('its callers hear what is played and spoken, and are recorded', async () => {
    const { stack, app } = story();
    app.reply('/tone.wav', { headers: { 'content-type': 'audio/wav' }, body: wavOf(440, 1) });
    app.reply('/recorded', '<Response><Hangup/></Response>');
    app.reply(
      '/new',
      `<Response><Play>${app.url('/tone.wav')}</Play><Say>Speak now</Say>` +
        '<Record action="/recorded" playBeep="false" timeout="2"/></Response>',
    );
    const call = await aliceListens(story(), '<Play digits="1"/><Pause length="60"/>');
    const sid = (await story().calls()).find(({ to }) => to === '1000')?.sid;
    await stack.delivered();
    await stack.a.crash();
    stack.restAt = 'b';
    await stack.drives('b', 'a', TAKEN_WITHIN_MS);
    call.audio.mark();
    const moved = await story().rest('POST', `/Calls/${sid}.json`, { Url: app.url('/new') });
    assert.equal(moved.status, 200, JSON.stringify(moved.json));
    await call.audio.heardTone(440, { forMs: 300 });
    await call.audio.heardSound({ forMs: 300 });
    await recordingBegan(story());
    await says(call, 697, 1_000);
    await call.ended;
    await story().quiet();
    const { json } = await story().rest('GET', `/Calls/${sid}/Recordings.json`);
    const recordings = json['recordings'] as readonly { readonly status: string }[];
    assert.deepEqual(
      recordings.map(({ status }) => status),
      ['completed'],
    );
  });
});
