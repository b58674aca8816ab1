import assert from 'node:assert/strict';
import { counted, wrongsOf } from '../../support/callback-check.ts';
import { CallsAllTheTime } from '../../support/calls-all-the-time.ts';
import { clusterStories } from '../../support/cluster-stories.ts';
import { aliceAndBobTalk, areHeard, BOB_HUNG_UP } from '../../support/talk-story.ts';

const NAMES = { '1000': 'A', bob: 'B' };
const TALKED = { A: 'inbound completed', B: 'outbound-dial completed' };
/** A node that stops gives its switch up: nobody has to wait until its lease runs out. */
const HANDED_OVER_WITHIN_MS = 6_000;
const CALLS_PER_SECOND = 5;

clusterStories('All nodes are restarted one after the other while Alice and Bob talk', (story) => {
  it('they talk on, and the end is told as if nothing had happened', async () => {
    const { stack } = story();
    const talk = await aliceAndBobTalk(story());
    for (const [stopped, other] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const) {
      assert.equal(await stack.node(stopped).stop(), 0);
      stack.restAt = other;
      const took = await stack.drives(other, stopped, HANDED_OVER_WITHIN_MS);
      console.log(
        `      switch ${stopped} was driven by node ${other} ${took} ms after node ${stopped} had ended`,
      );
      await areHeard(talk);
      await stack.node(stopped).start();
      await stack.bothDrive();
      await areHeard(talk);
    }
    await talk.atBob.hangUp();
    await talk.call.ended;
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), BOB_HUNG_UP);
    assert.deepEqual(await story().legs(NAMES), TALKED);
  });

  it('of calls that come in all the time none fails, and each is told of once and in order', async () => {
    const { stack, app } = story();
    app.reply('/voice', '<Response><Play digits="7"/><Hangup/></Response>');
    app.reply('/number', { status: 204 });
    await story().number('1000');
    const alice = await story().phone('alice');
    const calls = new CallsAllTheTime(alice, '1000', CALLS_PER_SECOND);
    for (const name of ['a', 'b'] as const) {
      assert.equal(await stack.node(name).stop(), 0);
      stack.restAt = name === 'a' ? 'b' : 'a';
      await stack.drives(stack.restAt, name, HANDED_OVER_WITHIN_MS);
      await stack.node(name).start();
      await stack.bothDrive();
    }
    const ended = await calls.stop();
    const ends = counted(ended);
    await story().quiet();
    const { wrongs, figures } = wrongsOf(await story().calls(), app.requests);
    console.log(`      ${JSON.stringify({ ends, ...figures })}`);
    assert.deepEqual(wrongs, []);
    assert.deepEqual(figures['statuses'], { 'inbound completed': ended.length });
  });

  it('a call that comes in while its node is away is taken by the other one', async () => {
    const { stack, app } = story();
    app.reply('/voice', '<Response><Play digits="7"/><Hangup/></Response>');
    app.reply('/number', { status: 204 });
    await story().number('1000');
    const alice = await story().phone('alice');
    assert.equal(await stack.a.stop(), 0);
    const call = await alice.call('1000');
    await call.answered;
    await call.ended;
    await story().quiet();
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });
});
