import assert from 'node:assert/strict';
import { stories } from '../../support/live-story.ts';

const BOTH = { bob: 'A', Bob: 'A' };
const RINGING = 'POST CallStatus=ringing Direction=inbound SequenceNumber=0';
const LEGS_WITH = (status: string) => ({ A: `inbound ${status}, outbound-dial ${status}` });

stories('A client calls a client by its name', (story) => {
  it('hears 180, then 200 when it answers, and both hear each other', async () => {
    const [alice, bob] = await Promise.all([story().phone('alice'), story().phone('bob')]);
    const call = await alice.call('Bob');
    const atBob = await bob.incoming();
    assert.equal(atBob.fromUser, 'alice');
    atBob.ring();
    assert.equal(await call.ringing, 180);
    assert.ok(!call.responses.some(({ status }) => status >= 200), 'not answered before Bob answers');
    await atBob.answer();
    await call.answered;
    call.audio.sendTone(852);
    atBob.audio.sendTone(697);
    await Promise.all([call.audio.heardTone(697), atBob.audio.heardTone(852)]);
    await call.hangUp();
    assert.equal((await atBob.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(story().requests(BOTH), {});
    assert.deepEqual(await story().legs(BOTH), LEGS_WITH('completed'));
  });

  it("tells the calling client's StatusCallback, when it has one", async () => {
    const { app } = story();
    app.reply('/alice', { status: 204 });
    const [alice, bob] = await Promise.all([
      story().phone('alice', { client: { StatusCallback: app.url('/alice'), StatusCallbackMethod: 'GET' } }),
      story().phone('bob', { client: { StatusCallback: app.url('/bob') } }),
    ]);
    const call = await alice.call('bob');
    const atBob = await bob.incoming();
    atBob.ring();
    await atBob.answer();
    await call.answered;
    await atBob.hangUp();
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(story().requests(BOTH), {
      'A /alice': [
        'GET CallStatus=ringing Direction=inbound SequenceNumber=0',
        'GET CallStatus=in-progress Direction=inbound DialCallStatus=in-progress SequenceNumber=1',
        'GET CallStatus=completed Direction=inbound DialCallStatus=completed SequenceNumber=2',
      ],
    });
    assert.deepEqual(await story().legs(BOTH), LEGS_WITH('completed'));
  });

  it('stops ringing there when the caller gives up', async () => {
    const [alice, bob] = await Promise.all([story().phone('alice'), story().phone('bob')]);
    const call = await alice.call('bob');
    const atBob = await bob.incoming();
    atBob.ring();
    await call.ringing;
    await call.cancel();
    assert.equal((await atBob.ended).how, 'cancel');
    await story().quiet();
    assert.deepEqual(await story().legs(BOTH), LEGS_WITH('canceled'));
  });

  for (const [calleeSays, reason, callerGets, state] of [
    [486, 'Busy Here', 486, 'busy'],
    [603, 'Decline', 486, 'busy'],
    [480, 'Temporarily Unavailable', 480, 'no-answer'],
    [500, 'Server Internal Error', 500, 'failed'],
  ] as const) {
    it(`gets ${callerGets} when the callee says ${calleeSays}`, async () => {
      const { app } = story();
      app.reply('/alice', { status: 204 });
      const [alice, bob] = await Promise.all([
        story().phone('alice', { client: { StatusCallback: app.url('/alice') } }),
        story().phone('bob'),
      ]);
      const call = await alice.call('bob');
      const atBob = await bob.incoming();
      atBob.ring();
      atBob.reject(calleeSays, reason);
      const { how, status } = await call.ended;
      assert.deepEqual({ how, status }, { how: 'refused', status: callerGets });
      await story().quiet();
      assert.deepEqual(story().requests(BOTH), {
        'A /alice': [
          RINGING,
          `POST CallStatus=${state} Direction=inbound DialCallStatus=${state} SequenceNumber=1`,
        ],
      });
      assert.deepEqual(await story().legs(BOTH), LEGS_WITH(state));
    });
  }

  it('gets 404 when the callee has no phone', async () => {
    await story().client('bob');
    const alice = await story().phone('alice');
    const call = await alice.call('bob');
    assert.equal((await call.ended).status, 404);
    await story().quiet();
    assert.deepEqual(await story().legs(BOTH), LEGS_WITH('failed'));
  });
});
