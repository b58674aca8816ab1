import assert from 'node:assert/strict';
import type { OutgoingCall } from '../../../src/phone/phone.ts';
import { wrongsOf } from '../../support/callback-check.ts';
import { clusterStories } from '../../support/cluster-stories.ts';
import { waitUntil } from '../../support/wait-until.ts';

const CALLS = 50;
const TAKEN_WITHIN_MS = 15_000;
const LISTEN =
  '<Response><Gather action="/pressed" numDigits="1" timeout="60"><Play digits="7"/></Gather></Response>';

clusterStories('A node is killed with 50 calls on its switch', (story) => {
  it('another node takes them all, hears what the callers press, and tells each end once and in order', async () => {
    const { stack, app } = story();
    app.reply('/voice', LISTEN);
    app.reply('/pressed', '<Response><Hangup/></Response>');
    app.reply('/number', { status: 204 });
    await story().number('1000');
    const alice = await story().phone('alice');
    const calls: OutgoingCall[] = [];
    for (let index = 0; index < CALLS; index += 1) {
      const call = await alice.call('1000');
      await call.answered;
      call.audio.stopSending();
      calls.push(call);
    }
    await stack.delivered();
    await stack.a.crash();
    stack.restAt = 'b';
    const took = await stack.drives('b', 'a', TAKEN_WITHIN_MS);
    // A call may be hung up before its digit has ended.
    await Promise.allSettled(calls.map((call) => call.audio.sendDigits('5')));
    await Promise.all(calls.map((call) => call.ended));
    await story().quiet();
    const legs = await story().calls();
    const { wrongs, figures } = wrongsOf(legs, app.requests);
    const pressed = app.to('/pressed').map(({ params }) => `${params['CallSid']} ${params['Digits']}`);
    console.log(`      taken over after ${took} ms: ${JSON.stringify(figures)}`);
    assert.deepEqual(wrongs, []);
    assert.equal(legs.length, CALLS);
    assert.deepEqual(new Set(legs.map(({ status }) => status)), new Set(['completed']), 'no call was lost');
    assert.deepEqual(pressed.toSorted(), legs.map(({ sid }) => `${sid} 5`).toSorted());
  });
});

clusterStories('A whole machine is gone, with its node and its Asterisk', (story) => {
  it('its calls are told to have failed, and its switch is taken up again when it comes back', async () => {
    const { stack, app } = story();
    app.reply('/voice', LISTEN);
    app.reply('/number', { status: 204 });
    await story().number('1000');
    const alice = await story().phone('alice');
    const call = await alice.call('1000');
    await call.answered;
    await stack.delivered();
    const asterisk = await stack.a.asteriskPid();
    await stack.a.crash();
    process.kill(asterisk, 'SIGKILL');
    stack.restAt = 'b';
    const told = () => app.to('/number').map(({ params }) => params['CallStatus']);
    await waitUntil('its end is told', () => told().length === 3, 45_000);
    assert.deepEqual(told(), ['ringing', 'in-progress', 'completed']);
    const { switches } = await stack.health('b');
    assert.deepEqual(
      switches.map(({ name, state }) => [name, state]),
      [
        ['a', 'down'],
        ['b', 'up'],
      ],
    );
    await stack.restore();
    const again = await alice.call('1000');
    await again.answered;
    await again.hangUp();
    await story().quiet();
    assert.deepEqual(stack.takeErrors(), ['This switch cannot be reached; its calls were ended']);
  });
});
