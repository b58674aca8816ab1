import assert from 'node:assert/strict';
import { faultStories } from '../support/fault-stories.ts';
import { lasting } from '../support/lasting.ts';
import { lockDatabase } from '../support/locked-database.ts';
import { aliceAndBobTalk, areHeard, BOB_HUNG_UP } from '../support/talk-story.ts';

const NAMES = { '1000': 'A', bob: 'B' };

faultStories('Another program locks the database for ten seconds', (story) => {
  it('who talks talks on, new calls get 503, and everything is written when it is free again', async () => {
    const { stack, app } = story();
    const carol = await story().phone('carol');
    const talk = await aliceAndBobTalk(story());
    const unlock = await lockDatabase(stack.dataDir);
    try {
      await lasting(10_000, async () => {
        await areHeard(talk);
        await talk.atBob.hangUp();
        const order = { To: 'client:carol', From: '1', Url: app.url('/voice') };
        const [early, ordered] = await Promise.all([
          carol.call('1000').then((call) => call.ended),
          story().rest('POST', '/Calls.json', order),
        ]);
        assert.deepEqual([early.status, ordered.status], [503, 503]);
        assert.notEqual((await stack.health()).database, 'up');
        assert.equal((await (await carol.call('1000')).ended).status, 503);
        assert.equal((await story().rest('POST', '/Calls.json', order)).status, 503);
        assert.equal((await story().rest('GET', '/Calls.json')).status, 200);
      });
    } finally {
      await unlock();
    }
    await talk.call.ended;
    await story().quiet();
    assert.equal((await stack.health()).database, 'up');
    assert.deepEqual(story().requests(NAMES), BOB_HUNG_UP);
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
    assert.deepEqual(stack.takeErrors(), ['The database cannot be written to']);
  });
});
