import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { numberIsTold } from '../support/dial-story.ts';
import { faultStories, type FaultStory } from '../support/fault-stories.ts';
import { aliceAndBobTalk, areHeard, BOB_HUNG_UP } from '../support/talk-story.ts';
import { waitUntil } from '../support/wait-until.ts';

const NAMES = { '1000': 'A', bob: 'B' };
const TALKED = { A: 'inbound completed', B: 'outbound-dial completed' };

faultStories(
  'Legwork is asked to stop while Alice and Bob talk',
  (story) => {
    function tryToOrder({ stack, app }: FaultStory): Promise<Response> {
      const { url, accountSid, authToken } = stack.connection;
      return fetch(`${url}/2012-04-24/Accounts/${accountSid}/Calls.json`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` },
        body: new URLSearchParams({ To: 'client:carol', From: '1', Url: app.url('/voice') }),
      });
    }

    it('new calls get 503, and the call may finish', async () => {
      const carol = await story().phone('carol');
      const talk = await aliceAndBobTalk(story());
      const exit = story().stack.stop();
      await waitUntil('no call is taken any more', async () => (await tryToOrder(story())).status === 503);
      const refused = await tryToOrder(story());
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

    it('a call that goes on for longer than DRAIN_TIMEOUT_S is ended, and told of', async () => {
      const talk = await aliceAndBobTalk(story());
      const began = Date.now();
      assert.equal(await story().stack.stop(), 0);
      const took = (Date.now() - began) / 1000;
      assert.ok(took > 3 && took < 9, `it took ${took} s`);
      await Promise.all([talk.call.ended, talk.atBob.ended]);
      const { 'A /number': number, ...requests } = story().requests(NAMES);
      const { 'A /number': _number, 'A /after': _after, ...others } = BOB_HUNG_UP;
      assert.deepEqual(number?.slice(0, 2), numberIsTold().slice(0, 2));
      assert.match(number?.[2] ?? '', /CallStatus=completed Direction=inbound DialCallStatus=/);
      assert.deepEqual({ ...requests, 'A /after': undefined }, { ...others, 'A /after': undefined });
      await story().stack.start();
      await story().quiet();
      assert.deepEqual(await story().legs(NAMES), TALKED);
    });

    it('Ctrl-C counts once though npm passes it on as well', async () => {
      const talk = await aliceAndBobTalk(story());
      const exit = story().stack.stop('SIGINT');
      await sleep(100);
      story().stack.signal('SIGINT');
      await sleep(500);
      await areHeard(talk);
      await talk.atBob.hangUp();
      await talk.call.ended;
      assert.equal(await exit, 0);
      await story().stack.start();
      await story().quiet();
      assert.deepEqual(story().requests(NAMES), BOB_HUNG_UP);
      assert.deepEqual(await story().legs(NAMES), TALKED);
    });

    it('a second signal ends it at once; the call goes on, and the next start does what is owed', async () => {
      const talk = await aliceAndBobTalk(story());
      const exit = story().stack.stop();
      await sleep(1_200);
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
  () => Promise.resolve({ DRAIN_TIMEOUT_S: '3' }),
);
