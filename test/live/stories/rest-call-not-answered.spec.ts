import assert from 'node:assert/strict';
import { aliceCalls1000 } from '../../support/alice-calls-1000.ts';
import { changeCall, orderCall, STATUS } from '../../support/live-rest-calls.ts';
import { stories } from '../../support/live-story.ts';

const NAMES = { bob: 'B', '1000': 'A' };

stories('A call made over REST is not answered', (story) => {
  for (const [status, reason, rings, final] of [
    [486, 'Busy Here', true, 'busy'],
    [603, 'Decline', false, 'busy'],
    [480, 'Temporarily Unavailable', true, 'no-answer'],
    [500, 'Server Internal Error', false, 'failed'],
  ] as const) {
    it(`and is ${final} when the callee says ${status}${rings ? ' after ringing' : ''}`, async () => {
      const bob = await story().phone('bob');
      await orderCall(story());
      const call = await bob.incoming();
      if (rings) call.ring();
      call.reject(status, reason);
      await story().quiet();
      assert.deepEqual(story().requests(NAMES), {
        'B /status': [STATUS.initiated, ...(rings ? [STATUS.ringing] : []), STATUS[final]],
      });
      assert.deepEqual(await story().legs(NAMES), { B: `outbound-api ${final}` });
    });
  }

  it('and failed when the callee has no phone', async () => {
    await story().client('bob');
    await orderCall(story());
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), { 'B /status': [STATUS.initiated, STATUS.failed] });
    assert.deepEqual(await story().legs(NAMES), { B: 'outbound-api failed' });
  });

  it('and failed when there is no such client', async () => {
    await orderCall(story());
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), { 'B /status': [STATUS.initiated, STATUS.failed] });
    assert.deepEqual(await story().legs(NAMES), { B: 'outbound-api failed' });
  });

  it('and is found by the To and From that it was ordered with', async () => {
    const asked = [
      { To: 'client:nobody', From: 'client:alice' },
      { To: 'sip:carol@127.0.0.5:9', From: 'sip:dave@pbx.example' },
      { To: '+1 (555) 0199', From: 'tel:+1-555-0100' },
    ];
    for (const parties of asked) {
      const sid = await orderCall(story(), { ...parties, Timeout: '5' });
      for (const [name, written] of Object.entries(parties)) {
        const { json } = await story().rest('GET', `/Calls.json?${name}=${encodeURIComponent(written)}`);
        const [newest] = json['calls'] as { sid: string }[];
        assert.equal(newest?.sid, sid, `${name}=${written}`);
      }
      await story().rest('POST', `/Calls/${sid}.json`, { Status: 'completed' });
    }
    await story().quiet();
    assert.deepEqual(
      (await story().calls()).map(({ to, from }) => `${from} to ${to}`),
      ['alice to nobody', 'dave to carol', '+15550100 to +15550199'],
    );
  });

  it('and no-answer when it rang for Timeout seconds', async () => {
    const bob = await story().phone('bob');
    const began = performance.now();
    await orderCall(story(), { Timeout: '5' });
    const call = await bob.incoming();
    call.ring();
    assert.equal((await call.ended).how, 'cancel');
    const ms = performance.now() - began;
    // Without Timeout it would be a minute.
    assert.ok(ms > 4900 && ms < 30_000, `canceled after ${ms} ms`);
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), {
      'B /status': [STATUS.initiated, STATUS.ringing, STATUS['no-answer']],
    });
    assert.deepEqual(await story().legs(NAMES), { B: 'outbound-api no-answer' });
  });

  for (const status of ['canceled', 'completed'] as const) {
    it(`and canceled when somebody sets its Status to ${status} while it rings`, async () => {
      const bob = await story().phone('bob');
      const sid = await orderCall(story());
      const call = await bob.incoming();
      call.ring();
      await story().app.waitFor((requests) => requests.length === 2);
      assert.equal(await changeCall(story(), sid, { Status: status }), 200);
      assert.equal((await call.ended).how, 'cancel');
      await story().quiet();
      assert.deepEqual(story().requests(NAMES), {
        'B /status': [STATUS.initiated, STATUS.ringing, STATUS.canceled],
      });
      assert.deepEqual(await story().legs(NAMES), { B: 'outbound-api canceled' });
    });
  }
});

stories('A call that rings here is ended over REST', (story) => {
  it('with 603 to the caller, and was canceled', async () => {
    const { app } = story();
    const call = await aliceCalls1000(story(), '<Response><Pause length="60"/></Response>');
    await call.ringing;
    const [first] = await app.waitFor((requests) => requests.some(({ path }) => path === '/voice'));
    assert.equal(await changeCall(story(), first?.params['CallSid'] ?? '', { Status: 'completed' }), 200);
    const { how, status } = await call.ended;
    assert.deepEqual({ how, status }, { how: 'refused', status: 603 });
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': ['POST CallStatus=ringing Direction=inbound'],
      'A /number': [
        'POST CallStatus=ringing Direction=inbound SequenceNumber=0',
        'POST CallStatus=canceled Direction=inbound SequenceNumber=1',
      ],
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound canceled' });
  });
});
