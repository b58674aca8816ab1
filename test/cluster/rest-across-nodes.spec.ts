import assert from 'node:assert/strict';
import { Phone } from '../../src/phone/phone.ts';
import { aliceListens } from '../support/alice-calls-1000.ts';
import { says } from '../support/caller.ts';
import { clusterStories, type ClusterStory } from '../support/cluster-stories.ts';
import { VOICE } from '../support/dial-story.ts';
import { orderCall } from '../support/live-rest-calls.ts';
import { restRequest } from '../support/story-stack.ts';
import { recordingBegan, verbBegan } from '../support/timeline.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAMES = { '1000': 'A', bob: 'B' };
const NEW = ['POST CallStatus=in-progress Direction=inbound'];
const PASSWORD = 'correct-horse';
const LISTEN = '<Play digits="1"/><Pause length="60"/>';

/** The one call of the story, as the other node says, which is asked from now on. */
async function sidOf(story: ClusterStory, to = '1000'): Promise<string> {
  story.stack.restAt = 'b';
  // Lists at other nodes may lag by a second.
  let sid: string | undefined;
  await waitUntil(`there is a call to ${to}`, async () => {
    sid = (await story.calls()).find((call) => call.to === to)?.sid;
    return sid !== undefined;
  });
  return sid ?? assert.fail('unreachable');
}

clusterStories('REST is asked at the other node about a call on switch a', (story) => {
  it('which reads it, hands it another document, and hangs it up', async () => {
    story().app.reply('/new', `<Response>${LISTEN}</Response>`);
    const call = await aliceListens(story(), LISTEN);
    const sid = await sidOf(story());
    const read = await story().rest('GET', `/Calls/${sid}.json`);
    assert.deepEqual([read.status, read.json['status']], [200, 'in-progress']);
    const changed = await story().rest('POST', `/Calls/${sid}.json`, { Url: story().app.url('/new') });
    assert.equal(changed.status, 200, JSON.stringify(changed.json));
    await story().app.waitFor((requests) => requests.some(({ path }) => path === '/new'));
    const ended = await story().rest('POST', `/Calls/${sid}.json`, { Status: 'completed' });
    assert.equal(ended.status, 200, JSON.stringify(ended.json));
    await call.ended;
    await story().quiet();
    assert.deepEqual(story().requests(NAMES)['A /voice'], VOICE);
    assert.deepEqual(story().requests(NAMES)['A /new'], NEW);
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
    assert.equal((await story().rest('DELETE', `/Calls/${sid}.json`)).status, 204);
    for (const node of ['a', 'b'] as const) {
      story().stack.restAt = node;
      assert.equal((await story().rest('GET', `/Calls/${sid}.json`)).status, 404);
    }
  });

  it('which says 404 of a call that no node knows, as the first one does', async () => {
    story().stack.restAt = 'b';
    const { status } = await story().rest('GET', `/Calls/CA${'0'.repeat(32)}.json`);
    assert.equal(status, 404);
    const changed = await story().rest('POST', `/Calls/CA${'0'.repeat(32)}.json`, { Status: 'completed' });
    assert.equal(changed.status, 404);
  });

  it('which sees the next state of a call as soon as the first one has said that it is there', async () => {
    const call = await aliceListens(story(), LISTEN);
    const sid = await sidOf(story());
    const { status } = await restRequest(story().stack.a.connection, 'POST', `/Calls/${sid}.json`, {
      Status: 'completed',
    });
    assert.equal(status, 200);
    await call.ended;
    await waitUntil('both say that it is over', async () => {
      const states = await Promise.all(
        [story().stack.a, story().stack.b].map((node) => node.rest('GET', `/Calls/${sid}.json`)),
      );
      return states.every(({ json }) => json['status'] === 'completed');
    });
  });

  it('which mutes and takes out a participant of a room', async () => {
    story().app.reply('/after', '<Response><Hangup/></Response>');
    const call = await aliceListens(story(), '<Dial action="/after"><Conference>sales</Conference></Dial>');
    await verbBegan(story(), 'Dial');
    const sid = await sidOf(story());
    const path = `/Conferences/sales/Participants/${sid}.json`;
    await waitUntil('she is in the room', async () => (await story().rest('GET', path)).status === 200);
    const muted = await story().rest('POST', path, { Muted: 'true' });
    assert.deepEqual([muted.status, muted.json['muted']], [200, true]);
    assert.equal((await story().rest('DELETE', path)).status, 204);
    await call.ended;
    await story().quiet();
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });

  it('which serves the sound of a recording that the first one has', async () => {
    story().app.reply('/recorded', '<Response><Hangup/></Response>');
    const call = await aliceListens(story(), '<Record action="/recorded" playBeep="false" timeout="2"/>');
    await recordingBegan(story());
    await says(call, 697, 1_000);
    await call.ended;
    await story().quiet();
    const sid = await sidOf(story());
    const { json } = await story().rest('GET', `/Calls/${sid}/Recordings.json`);
    const [recording] = json['recordings'] as readonly { readonly sid: string }[];
    const { url, accountSid, authToken } = story().stack.b.connection;
    const sound = await fetch(`${url}/2012-04-24/Accounts/${accountSid}/Recordings/${recording?.sid}.wav`, {
      headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` },
    });
    const bytes = Buffer.from(await sound.arrayBuffer());
    assert.deepEqual([sound.status, sound.headers.get('content-type')], [200, 'audio/wav']);
    assert.ok(bytes.length > 8_000 && bytes.subarray(0, 4).toString() === 'RIFF');
  });

  it('which sends a callback again', async () => {
    const call = await aliceListens(story(), '<Hangup/>');
    await call.ended;
    await story().quiet();
    const sid = await sidOf(story());
    const before = story().app.to('/number').length;
    const { json } = await story().rest('GET', `/Callbacks.json?CallSid=${sid}`);
    const [callback] = json['callbacks'] as readonly { readonly sid: string }[];
    const replayed = await story().rest('POST', `/Callbacks/${callback?.sid}.json`, { Replay: 'true' });
    assert.equal(replayed.status, 200, JSON.stringify(replayed.json));
    await story().app.waitFor(() => story().app.to('/number').length === before + 1);
    await story().quiet();
  });

  it('which closes the account of a call there: the call ends', async () => {
    const { url, accountSid, authToken } = story().stack.b.connection;
    const asFirst = (path: string, form: Readonly<Record<string, string>>) =>
      fetch(`${url}/2012-04-24/Accounts${path}`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` },
        body: new URLSearchParams(form),
      });
    const made = await asFirst('.json', { FriendlyName: 'neighbour' });
    const account = (await made.json()) as { readonly sid: string; readonly auth_token: string };
    const its = {
      url: story().stack.a.connection.url,
      accountSid: account.sid,
      authToken: account.auth_token,
    };
    const client = await restRequest(its, 'POST', '/Clients.json', { Login: 'dora', Password: PASSWORD });
    assert.equal(client.status, 201);
    const dora = await Phone.start({ name: 'dora', password: PASSWORD, server: story().stack.sip });
    story().onEnd(() => dora.stop());
    await dora.register();
    const ordered = await restRequest(its, 'POST', '/Calls.json', {
      To: 'client:dora',
      From: '+15550100',
      Twiml: `<Response>${LISTEN}</Response>`,
    });
    assert.equal(ordered.status, 201, JSON.stringify(ordered.json));
    const atDora = await dora.incoming();
    await atDora.answer();
    assert.equal((await asFirst(`/${account.sid}.json`, { Status: 'closed' })).status, 200);
    await atDora.ended;
  });

  it('and the next new call is placed on its own switch, of which the first one tells', async () => {
    story().stack.restAt = 'b';
    const sid = await orderCall(story(), { To: 'client:nobody', Twiml: '<Response/>' });
    await story().quiet();
    const read = await story().stack.a.rest('GET', `/Calls/${sid}.json`);
    assert.deepEqual([read.status, read.json['status']], [200, 'failed']);
  });
});

clusterStories('REST is asked about a call whose node has just died', (story) => {
  it('waits until another one has its switch, and hangs it up', async () => {
    const call = await aliceListens(story(), LISTEN);
    const sid = await sidOf(story());
    await story().stack.delivered();
    await story().stack.a.crash();
    story().stack.restAt = 'b';
    const ended = await story().rest('POST', `/Calls/${sid}.json`, { Status: 'completed' });
    assert.equal(ended.status, 200, JSON.stringify(ended.json));
    await call.ended;
    await story().quiet();
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });
});
