import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { faultStories, type FaultStory } from '../support/fault-stories.ts';
import { aliceAndBobTalk, areHeard, BOB_HUNG_UP } from '../support/talk-story.ts';

const NAMES = { '1000': 'A', bob: 'B' };

faultStories(
  'The file of the database is removed while Alice and Bob talk',
  (story) => {
    const fileOf = ({ stack }: FaultStory) => join(stack.dataDir, 'legwork.sqlite');

    /** What everybody sees at once, not only after something could not be written. */
    async function nothingNewBegins({ stack, app }: FaultStory): Promise<void> {
      const { url } = stack.connection;
      const health = await fetch(`${url}/health`);
      const { database, reason } = (await health.json()) as Record<string, unknown>;
      assert.deepEqual(
        [health.status, database, reason],
        [503, 'down', 'The file of the database was removed or replaced'],
      );
      const order = { To: 'client:bob', From: '1', Url: app.url('/voice') };
      assert.equal((await story().rest('POST', '/Calls.json', order)).status, 503);
    }

    it('new calls get 503, and everything is written when it is back', async () => {
      const carol = await story().phone('carol');
      const talk = await aliceAndBobTalk(story());
      const file = fileOf(story());
      await rename(file, `${file}.away`);
      await nothingNewBegins(story());
      assert.equal((await (await carol.call('1000')).ended).status, 503);
      await areHeard(talk);
      await talk.atBob.hangUp();
      await rename(`${file}.away`, file);
      await talk.call.ended;
      await story().quiet();
      assert.deepEqual(story().requests(NAMES), BOB_HUNG_UP);
      assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
      assert.equal(story().stack.loggedErrors.splice(0).length, 1);
    });
  },
  () => Promise.resolve({}),
);
