import assert from 'node:assert/strict';
import { counted, wrongsOf } from '../../support/callback-check.ts';
import { CallsAllTheTime } from '../../support/calls-all-the-time.ts';
import { clusterStories } from '../../support/cluster-stories.ts';
import { lasting } from '../../support/lasting.ts';

const KILLS = 20;
const CALLS_PER_SECOND = 2;
/** Shorter than a takeover takes, or longer. */
const LONGEST_AWAY_MS = 14_000;
const RUN_MS = 900_000;

clusterStories(
  'Nodes are killed twenty times while calls come in through Kamailio',
  (story) => {
    it('each call ends, and is told of once and in order', async function () {
      this.timeout(RUN_MS);
      const { stack, app } = story();
      app.reply('/voice', '<Response><Play digits="7"/><Hangup/></Response>');
      app.reply('/number', { status: 204 });
      await story().number('1000');
      const alice = await story().phone('alice');
      const calls = new CallsAllTheTime(alice, '1000', CALLS_PER_SECOND);
      for (let kill = 0; kill < KILLS; kill += 1) {
        const name = Math.random() < 0.5 ? 'a' : 'b';
        await lasting(Math.random() * LONGEST_AWAY_MS, () => stack.node(name).crash());
        stack.restAt = name === 'a' ? 'b' : 'a';
        await stack.node(name).start();
        await stack.bothDrive();
      }
      const ended = await calls.stop();
      const ends = counted(ended);
      await story().quiet();
      const { wrongs, figures } = wrongsOf(await story().calls(), app.requests);
      console.log(`      ${KILLS} kills: ${JSON.stringify({ calls: ended.length, ends, ...figures })}`);
      assert.deepEqual(wrongs, []);
      assert.equal(
        ended.length,
        Object.values(ends).reduce((sum, count) => sum + count, 0),
      );
    });
  },
  { behindKamailio: true },
);
