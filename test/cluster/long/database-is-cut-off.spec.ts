import assert from 'node:assert/strict';
import { clusterStories } from '../../support/cluster-stories.ts';
import { lasting } from '../../support/lasting.ts';
import { aliceAndBobTalk, areHeard, BOB_HUNG_UP } from '../../support/talk-story.ts';
import { waitUntil } from '../../support/wait-until.ts';

const NAMES = { '1000': 'A', bob: 'B' };
const TALKED = { A: 'inbound completed', B: 'outbound-dial completed' };
/** Longer than the other node waits before it takes the switch. */
const CUT_MS = 30_000;

clusterStories('The network between node a and the database', (story) => {
  for (const how of ['cut', 'freeze'] as const) {
    it(`is ${how === 'cut' ? 'cut' : 'dead without a word'} for 30 s: another node takes its switch, nobody tells anything twice, and it comes back`, async () => {
      const { stack } = story();
      const talk = await aliceAndBobTalk(story());
      stack.toDatabase.a[how]();
      await lasting(CUT_MS, async () => {
        stack.restAt = 'b';
        await stack.drives('b', 'a', 20_000);
        await areHeard(talk);
        await talk.atBob.hangUp();
        await talk.call.ended;
      });
      stack.toDatabase.a.restore();
      // Not repeated, not twice, and in order: also by the one that could not know.
      await stack.drives('a', 'a');
      await story().quiet();
      assert.deepEqual(story().requests(NAMES), BOB_HUNG_UP);
      assert.deepEqual(await story().legs(NAMES), TALKED);
      stack.takeErrors();
    });
  }

  it('is cut for 5 s: nobody else takes the switch, and everything goes on', async () => {
    const { stack } = story();
    const talk = await aliceAndBobTalk(story());
    stack.toDatabase.a.cut();
    await lasting(5_000, async () => {
      await areHeard(talk);
      await talk.atBob.hangUp();
    });
    stack.toDatabase.a.restore();
    await talk.call.ended;
    await story().quiet();
    assert.deepEqual((await stack.drivers('b'))['a'], 'a');
    assert.deepEqual(story().requests(NAMES), BOB_HUNG_UP);
    assert.deepEqual(await story().legs(NAMES), TALKED);
    stack.takeErrors();
  });
});

clusterStories('PostgreSQL restarts under two nodes', (story) => {
  it('both keep their switches, and what happened meanwhile is written afterwards', async () => {
    const { stack } = story();
    const talk = await aliceAndBobTalk(story());
    await stack.postgres.restart(() =>
      lasting(3_000, async () => {
        await areHeard(talk);
        await talk.atBob.hangUp();
        const isDown = async () => (await stack.a.health()).database !== 'up';
        await waitUntil('the node knows', isDown);
      }),
    );
    await talk.call.ended;
    await story().quiet();
    assert.deepEqual(await stack.drivers('a'), { a: 'a', b: 'b' });
    assert.deepEqual(story().requests(NAMES), BOB_HUNG_UP);
    assert.deepEqual(await story().legs(NAMES), TALKED);
    stack.takeErrors();
  });
});

clusterStories('A node stands still for 20 s', (story) => {
  it('and does nothing for its former switch when it goes on', async () => {
    const { stack } = story();
    const talk = await aliceAndBobTalk(story());
    stack.a.signal('SIGSTOP');
    await lasting(20_000, async () => {
      stack.restAt = 'b';
      await stack.drives('b', 'a', 19_000);
      await talk.atBob.hangUp();
      await talk.call.ended;
    });
    stack.a.signal('SIGCONT');
    await stack.drives('a', 'a');
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), BOB_HUNG_UP);
    assert.deepEqual(await story().legs(NAMES), TALKED);
    stack.takeErrors();
  });
});
