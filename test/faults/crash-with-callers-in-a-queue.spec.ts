import assert from 'node:assert/strict';
import { faultStories } from '../support/fault-stories.ts';
import { asked, calls, hears, hearsWaiting, openQueue, waiting, waits } from '../support/queue-story.ts';

faultStories('Legwork is killed while callers wait in a queue', (story) => {
  it('and they keep their places; killed again, the talk goes on', async () => {
    await openQueue(story());
    const alice = await waits(story(), 'alice', 1);
    const bob = await waits(story(), 'bob', 2);
    const carol = await waits(story(), 'carol', 3);
    const before = await waiting(story());
    await story().stack.crash();
    await story().stack.start();
    assert.deepEqual(await waiting(story()), before);
    assert.ok((await hearsWaiting(carol)) > 0.5);

    const agent1 = await calls(story(), 'agent1', '2000');
    await hears(agent1, 'alice');
    await story().stack.crash();
    await story().stack.start();
    await hears(agent1, 'alice');
    await hears(alice, 'agent1');
    assert.deepEqual(await waiting(story()), before.slice(1));
    await agent1.hangUp();
    await alice.audio.heardDigits('7');
    assert.equal((await alice.ended).how, 'bye');
    for (const call of [bob, carol]) await call.hangUp();
    await story().quiet();
    assert.deepEqual(asked(story(), '/out', 'QueueResult'), ['alice bridged', 'bob hangup', 'carol hangup']);
    assert.deepEqual(asked(story(), '/talked', 'DialCallStatus'), ['agent1 completed']);
  });
});
