import assert from 'node:assert/strict';
import { toneMs } from '../../../src/phone/tones.ts';
import { stories } from '../../support/live-story.ts';
import {
  asked,
  calls,
  hears,
  hearsWaiting,
  openQueue,
  WAIT_HZ,
  waiting,
  waits,
} from '../../support/queue-story.ts';
import { toneFile } from '../../support/made-sounds.ts';
import { waitUntil } from '../../support/wait-until.ts';

const WHISPER_HZ = 2150;

stories('Three callers wait in a queue', (story) => {
  it('and are served in their order, to two agents and over REST; each action is asked once', async () => {
    await openQueue(story(), { dial: ' hangupOnStar="true"' });
    const alice = await waits(story(), 'alice', 1);
    const bob = await waits(story(), 'bob', 2);
    const carol = await waits(story(), 'carol', 3);
    await carol.audio.heardTone(WAIT_HZ, { forMs: 500 });
    const queue = await story().rest('GET', '/Queues/support.json');
    assert.equal(queue.json['current_size'], 3);

    const agent1 = await calls(story(), 'agent1', '2000');
    await hears(agent1, 'alice');
    // Nothing of what Alice heard while she waited may come through.
    assert.equal(toneMs(agent1.audio.received(), WAIT_HZ, 0.25), 0);
    await hears(alice, 'agent1');
    const agent2 = await calls(story(), 'agent2', '2000');
    await hears(agent2, 'bob');
    assert.ok((await hearsWaiting(carol)) > 0.5);

    story().app.reply('/dequeued', '<Response><Play digits="5"/></Response>');
    const form = { Url: story().app.url('/dequeued') };
    const front = await story().rest('POST', '/Queues/support/Members/Front.json', form);
    assert.deepEqual([front.status, front.json['position']], [200, 1]);
    await carol.audio.heardDigits('5');
    assert.equal((await story().rest('POST', '/Queues/support/Members/Front.json', form)).status, 404);

    await agent1.sendDigits('*');
    await alice.audio.heardDigits('*7');
    await bob.hangUp();
    for (const call of [alice, agent1, agent2, carol]) assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(asked(story(), '/out', 'QueueResult', 'CallStatus').toSorted(), [
      'alice bridged in-progress',
      'bob hangup completed',
      'carol redirected in-progress',
    ]);
    assert.deepEqual(asked(story(), '/talked', 'DialCallStatus', 'DialBridged').toSorted(), [
      'agent1 completed true',
      'agent2 completed true',
    ]);
    assert.deepEqual(asked(story(), '/dequeued', 'QueueTime').length, 1);
    const ends = (await story().calls()).map(({ from, status }) => `${from} ${status}`);
    assert.deepEqual(
      ends.toSorted(),
      ['agent1', 'agent2', 'alice', 'bob', 'carol'].map((who) => `${who} completed`),
    );
    assert.equal((await story().rest('DELETE', '/Queues/support.json')).status, 204);
  });

  it('one leaves by a key, one hangs up during the whisper, and one keeps its place when the agent does', async () => {
    await openQueue(story(), { noun: ' url="/whisper"' });
    const { app } = story();
    app.reply('/voice', ({ params }) => {
      const action = params['From'] === 'carol' ? '' : ' action="/out"';
      return `<Response><Enqueue waitUrl="/wait"${action}>support</Enqueue></Response>`;
    });
    app.reply(
      '/wait',
      '<Response><Gather action="/key" numDigits="1" timeout="30"><Play>/wait.wav</Play></Gather></Response>',
    );
    app.reply('/key', '<Response><Leave/></Response>');
    app.reply('/whisper', '<Response><Play>/whisper.wav</Play><Pause length="20"/></Response>');
    app.reply('/whisper.wav', {
      headers: { 'content-type': 'audio/wav' },
      body: await toneFile('wav', WHISPER_HZ, 2),
    });
    const alice = await waits(story(), 'alice', 1);
    const bob = await waits(story(), 'bob', 2);
    const carol = await waits(story(), 'carol', 3);

    await waitUntil('Alice is asked for a key', () => asked(story(), '/wait').length === 3);
    await alice.audio.heardTone(WAIT_HZ, { forMs: 200 });
    await alice.sendDigits('1');
    await alice.audio.heardDigits('7');
    await waitUntil('two wait', async () => (await waiting(story())).length === 2);

    const agent1 = await calls(story(), 'agent1', '2000');
    await bob.audio.heardTone(WHISPER_HZ, { forMs: 200 });
    await bob.hangUp();
    await carol.audio.heardTone(WHISPER_HZ, { forMs: 200 });
    assert.deepEqual(await waiting(story()), []);
    await agent1.hangUp();
    await waitUntil('Carol is back', async () => (await waiting(story())).length === 1);
    await carol.audio.heardTone(WAIT_HZ, { forMs: 200 });
    await carol.hangUp();
    await story().quiet();
    assert.deepEqual(asked(story(), '/out', 'QueueResult'), ['alice leave', 'bob hangup']);
    assert.deepEqual(asked(story(), '/talked', 'DialCallStatus'), ['agent1 canceled']);
    assert.deepEqual(asked(story(), '/whisper').length, 2);
    assert.equal((await story().rest('DELETE', '/Queues/support.json')).status, 204);
  });
});
