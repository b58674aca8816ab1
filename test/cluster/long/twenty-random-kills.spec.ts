import assert from 'node:assert/strict';
import { counted, wrongsOf } from '../../support/callback-check.ts';
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
      const running: Promise<string>[] = [];
      const callsCome = { on: true };
      const calling = (async () => {
        while (callsCome.on) {
          const begun = lasting(1_000 / CALLS_PER_SECOND, () => alice.call('1000'));
          running.push(begun.then((call) => call.ended).then(({ how }) => how));
          await begun;
        }
      })();
      for (let kill = 0; kill < KILLS; kill += 1) {
        const name = Math.random() < 0.5 ? 'a' : 'b';
        await lasting(Math.random() * LONGEST_AWAY_MS, () => stack.node(name).crash());
        stack.restAt = name === 'a' ? 'b' : 'a';
        await stack.node(name).start();
        await stack.bothDrive();
      }
      callsCome.on = false;
      await calling;
      const ends = counted(await Promise.all(running));
      await story().quiet();
      const { wrongs, figures } = wrongsOf(await story().calls(), app.requests);
      console.log(`      ${KILLS} kills: ${JSON.stringify({ calls: running.length, ends, ...figures })}`);
      assert.deepEqual(wrongs, []);
      assert.equal(
        running.length,
        Object.values(ends).reduce((sum, count) => sum + count, 0),
      );
    });
  },
  { behindKamailio: true },
);
