import assert from 'node:assert/strict';
import { faultStories } from '../support/fault-stories.ts';
import { aliceAndBobTalk, areHeard, BOB_HUNG_UP } from '../support/talk-story.ts';

const NAMES = { '1000': 'A', bob: 'B' };

faultStories('Legwork is killed while Alice and Bob talk', (story) => {
  it('they talk on, and the end is told as if nothing had happened', async () => {
    const talk = await aliceAndBobTalk(story());
    await story().stack.crash();
    await areHeard(talk);
    await story().stack.start();
    await areHeard(talk);
    await talk.atBob.hangUp();
    await talk.call.ended;
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), BOB_HUNG_UP);
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
  });
});
