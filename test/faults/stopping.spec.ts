import assert from 'node:assert/strict';
import { faultStories, type FaultStory } from '../support/fault-stories.ts';
import { aliceAndBobTalk, areHeard, BOB_HUNG_UP } from '../support/talk-story.ts';

const NAMES = { '1000': 'A', bob: 'B' };
const TALKED = { A: 'inbound completed', B: 'outbound-dial completed' };

faultStories(
  'Legwork is asked to stop while Alice and Bob talk',
  (story) => {
    function order({ stack, app }: FaultStory): Promise<Response> {
      const { url, accountSid, authToken } = stack.connection;
      return fetch(`${url}/2012-04-24/Accounts/${accountSid}/Calls.json`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` },
        body: new URLSearchParams({ To: 'client:carol', From: '1', Url: app.url('/voice') }),
      });
    }

    it('new calls get 503, and the call may finish, though npm passes Ctrl-C on as well', async () => {
      const carol = await story().phone('carol');
      const talk = await aliceAndBobTalk(story());
      const exit = story().stack.stop('SIGINT');
      await story().stack.stops();
      story().stack.signal('SIGINT');
      const refused = await order(story());
      assert.equal(refused.status, 503);
      assert.match(refused.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
      assert.equal((await (await carol.call('1000')).ended).status, 503);
      await areHeard(talk);
      await talk.atBob.hangUp();
      await talk.call.ended;
      assert.equal(await exit, 0);
      assert.deepEqual(story().requests(NAMES), BOB_HUNG_UP);
      await story().stack.start();
      assert.deepEqual(await story().legs(NAMES), TALKED);
    });

    it('a second signal ends it at once; the call goes on, and the next start does what is owed', async () => {
      const talk = await aliceAndBobTalk(story());
      const exit = story().stack.stop();
      await story().stack.stops();
      // Within a second it would be the same signal, passed on by npm: they talk on for longer.
      await areHeard(talk, 1_500);
      story().stack.signal('SIGTERM');
      assert.equal(await exit, 130);
      await talk.atBob.hangUp();
      await story().stack.start();
      await talk.call.ended;
      await story().quiet();
      assert.deepEqual(story().requestsOnce(NAMES), BOB_HUNG_UP);
      assert.deepEqual(await story().legs(NAMES), TALKED);
    });
  },
  () => Promise.resolve({ DRAIN_TIMEOUT_S: '10' }),
);
