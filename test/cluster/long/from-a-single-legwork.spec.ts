import assert from 'node:assert/strict';
import { faultStories } from '../../support/fault-stories.ts';
import { type PrivatePostgres, startPostgres } from '../../support/postgres.ts';
import { aliceAndBobTalk, areHeard, BOB_HUNG_UP } from '../../support/talk-story.ts';

const NAMES = { '1000': 'A', bob: 'B' };
const CHANGES = [
  ['a single Legwork becomes the first node of a cluster', { CLUSTER: '' }, { CLUSTER: 'on' }],
  ['a node becomes a single Legwork again', { CLUSTER: 'on' }, { CLUSTER: '' }],
] as const;

describe('While Alice and Bob talk', () => {
  let postgres: PrivatePostgres;

  after(async () => {
    await postgres.stop();
  });

  faultStories(
    'and Legwork is started anew with another CLUSTER',
    (story) => {
      for (const [title, before, after] of CHANGES) {
        it(`${title}: they talk on, and the end is told`, async () => {
          const { stack } = story();
          await stack.stop();
          stack.set(before);
          await stack.start();
          const talk = await aliceAndBobTalk(story());
          await stack.crash();
          stack.set(after);
          await stack.start();
          await areHeard(talk);
          await talk.atBob.hangUp();
          await talk.call.ended;
          await story().quiet();
          assert.deepEqual(story().requestsOnce(NAMES), BOB_HUNG_UP);
          assert.deepEqual(await story().legs(NAMES), {
            A: 'inbound completed',
            B: 'outbound-dial completed',
          });
        });
      }
    },
    async () => {
      postgres = await startPostgres();
      return { DATABASE_URL: postgres.url, NODE_NAME: 'a' };
    },
  );
});
