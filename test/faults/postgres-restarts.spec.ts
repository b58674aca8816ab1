import assert from 'node:assert/strict';
import { faultStories } from '../support/fault-stories.ts';
import { lasting } from '../support/lasting.ts';
import { type PrivatePostgres, startPostgres } from '../support/postgres.ts';
import { aliceAndBobTalk, areHeard, BOB_HUNG_UP } from '../support/talk-story.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAMES = { '1000': 'A', bob: 'B' };

describe('PostgreSQL restarts', () => {
  let postgres: PrivatePostgres;

  after(async () => {
    await postgres.stop();
  });

  faultStories(
    'while Alice and Bob talk',
    (story) => {
      it('they talk on, and what happened meanwhile is written afterwards', async () => {
        const talk = await aliceAndBobTalk(story());
        const meanwhile = async () => {
          await areHeard(talk);
          await talk.atBob.hangUp();
          const isDown = async () => (await story().stack.health()).database !== 'up';
          await waitUntil('Legwork knows', isDown);
        };
        await postgres.restart(() => lasting(3_000, meanwhile));
        await talk.call.ended;
        await story().quiet();
        assert.deepEqual(story().requests(NAMES), BOB_HUNG_UP);
        assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
        assert.deepEqual(story().stack.takeErrors(), ['The database cannot be written to']);
      });

      it('and Legwork is killed with it: both come back, and the end is told', async () => {
        const talk = await aliceAndBobTalk(story());
        await story().stack.crash();
        await postgres.restart();
        await story().stack.start();
        await areHeard(talk);
        await talk.atBob.hangUp();
        await talk.call.ended;
        await story().quiet();
        assert.deepEqual(story().requestsOnce(NAMES), BOB_HUNG_UP);
        assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
      });
    },
    async () => {
      postgres = await startPostgres();
      return { DATABASE_URL: postgres.url };
    },
  );
});
