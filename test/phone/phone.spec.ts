import assert from 'node:assert/strict';
import { CallOver, type IncomingCall, type OutgoingCall, Phone, SipFailure } from '../../src/phone/phone.ts';

describe('phone', () => {
  let alice: Phone;
  let bob: Phone;

  beforeEach(async () => {
    alice = await Phone.start({ name: 'alice', displayName: 'Alice "A" Ångström', waitMs: 1500 });
    bob = await Phone.start({ name: 'bob', waitMs: 1500 });
  });

  afterEach(async () => {
    await Promise.all([alice.stop(), bob.stop()]);
  });

  async function aliceCallsBob(): Promise<[OutgoingCall, IncomingCall]> {
    return Promise.all([alice.call(bob.uri), bob.incoming()]);
  }

  async function talking(): Promise<[OutgoingCall, IncomingCall]> {
    const [out, incoming] = await aliceCallsBob();
    await Promise.all([out.answered, incoming.answer()]);
    return [out, incoming];
  }

  it('rings, is answered, and both hear the tone of the other and not their own', async () => {
    const [out, incoming] = await aliceCallsBob();
    incoming.ring();
    assert.equal(await out.ringing, 180);
    await Promise.all([out.answered, incoming.answer()]);
    out.audio.sendTone(440);
    incoming.audio.sendTone(697);
    const heard = await Promise.all([incoming.audio.heardTone(440), out.audio.heardTone(697)]);
    assert.deepEqual(heard, [200, 200]);
    assert.deepEqual([out.audio.toneMs(440), incoming.audio.toneMs(697)], [0, 0]);
    assert.deepEqual(out.provisional, [100, 180]);
  });

  it('shows who calls, whom, and the headers of the call', async () => {
    const placed = alice.call(bob.uri, { headers: { 'X-Order': 'ä, 7' }, from: '+15551234' });
    const [out, incoming] = await Promise.all([placed, bob.incoming()]);
    const { fromUser, fromDisplay, calledUser, callId } = incoming;
    assert.deepEqual(
      { fromUser, fromDisplay, calledUser, callId, order: incoming.header('x-order') },
      {
        fromUser: '+15551234',
        fromDisplay: 'Alice "A" Ångström',
        calledUser: 'bob',
        callId: out.callId,
        order: 'ä, 7',
      },
    );
    await out.cancel();
  });

  it('hears early media before the answer', async () => {
    const [out, incoming] = await aliceCallsBob();
    incoming.progress();
    incoming.audio.sendTone(440);
    await out.audio.heardTone(440);
    assert.deepEqual(out.provisional, [100, 183]);
    await Promise.all([out.answered, incoming.answer()]);
  });

  for (const [status, reason] of [
    [486, 'Busy Here'],
    [603, 'Decline'],
    [503, 'Service Unavailable'],
  ] as const) {
    it(`fails with ${status} when the callee says so`, async () => {
      const [out, incoming] = await aliceCallsBob();
      incoming.reject(status, reason, { Reason: 'Q.850;cause=17' });
      await assert.rejects(out.answered, (error: SipFailure) => {
        assert.deepEqual(
          [error.status, error.reason, error.reasonHeader],
          [status, reason, 'Q.850;cause=17'],
        );
        return error instanceof SipFailure;
      });
      const refused = { how: 'refused', status };
      assert.deepEqual(await incoming.ended, { by: 'us', ...refused });
      assert.deepEqual(await out.ended, { by: 'them', ...refused, reason: 'Q.850;cause=17' });
    });
  }

  it('cancels while it rings', async () => {
    const [out, incoming] = await aliceCallsBob();
    incoming.ring();
    await out.ringing;
    await out.cancel({ Reason: 'SIP;cause=200;text="Call completed elsewhere"' });
    const reason = 'SIP;cause=200;text="Call completed elsewhere"';
    assert.deepEqual(await incoming.canceled, { reason });
    assert.deepEqual(await incoming.ended, { by: 'them', how: 'cancel', status: 487, reason });
    assert.deepEqual(await out.ended, { by: 'us', how: 'cancel', status: 487 });
    await assert.rejects(out.answered, CallOver);
    await assert.rejects(incoming.answer(), CallOver);
  });

  it('cancels before there is any response', async () => {
    const out = await alice.call(bob.uri);
    await out.cancel();
    const incoming = await bob.incoming();
    assert.deepEqual(await incoming.ended, { by: 'them', how: 'cancel', status: 487 });
  });

  it('acknowledges and hangs up an answer that crosses its CANCEL', async () => {
    const [out, incoming] = await aliceCallsBob();
    incoming.ring();
    await out.ringing;
    await Promise.all([incoming.answer(), out.cancel()]);
    assert.deepEqual(await incoming.ended, { by: 'them', how: 'bye' });
    assert.deepEqual(await out.ended, { by: 'us', how: 'cancel', status: 200 });
  });

  it('hangs up as the caller', async () => {
    const [out, incoming] = await talking();
    await out.hangUp({ headers: { Reason: 'Q.850;cause=16' } });
    assert.deepEqual(await out.ended, { by: 'us', how: 'bye' });
    assert.deepEqual(await incoming.ended, { by: 'them', how: 'bye', reason: 'Q.850;cause=16' });
  });

  it('hangs up as the callee', async () => {
    const [out, incoming] = await talking();
    await incoming.hangUp();
    assert.deepEqual(
      [await incoming.ended, await out.ended].map(({ by }) => by),
      ['us', 'them'],
    );
  });

  it('hears digits sent as telephone events, the same one twice as two', async () => {
    const [out, incoming] = await talking();
    await Promise.all([out.sendDigits('11#', { toneMs: 60, gapMs: 40 }), incoming.audio.heardDigits('11#')]);
    assert.equal(incoming.audio.receivedDigits(), '11#');
    await out.sendInfoDigit('5');
    assert.deepEqual(incoming.infoBodies, ['Signal=5\r\nDuration=160\r\n']);
  });

  it('says given samples once and forgets what was heard before a mark', async () => {
    const [out, incoming] = await talking();
    await out.audio.sendSamples(new Int16Array(800).fill(5000));
    await incoming.audio.heardSound({ forMs: 100 });
    assert.equal(incoming.audio.received().filter((sample) => sample > 4900).length, 800);
    incoming.audio.mark();
    assert.equal(incoming.audio.received().length, 0);
  });

  it('is silent for the one whom it holds, and heard again afterwards', async () => {
    const [out, incoming] = await talking();
    incoming.audio.sendTone(440);
    await out.hold();
    assert.equal(incoming.direction, 'recvonly');
    out.audio.mark();
    await out.unhold();
    await out.audio.heardTone(440);
    assert.equal(incoming.direction, 'sendrecv');
  });

  it('runs a script for every call', async () => {
    bob.onIncoming(async (call) => {
      await call.answer();
      await call.audio.heardTone(440, { forMs: 60 });
      await call.hangUp();
    });
    const calls = await Promise.all([alice.call(bob.uri), alice.call(bob.uri)]);
    for (const call of calls) call.audio.sendTone(440);
    const ends = await Promise.all(calls.map((call) => call.ended));
    assert.deepEqual(ends, [
      { by: 'them', how: 'bye' },
      { by: 'them', how: 'bye' },
    ]);
  });

  it('throws what a script threw when it is stopped, and ends the call', async () => {
    const carol = await Phone.start({ name: 'carol' });
    carol.onIncoming(() => Promise.reject(new Error('script is wrong')));
    const out = await alice.call(carol.uri);
    assert.equal((await out.ended).status, 480);
    await assert.rejects(carol.stop(), /script is wrong/);
  });

  it('hangs up its calls when it is stopped', async () => {
    const [out] = await talking();
    await bob.stop();
    assert.deepEqual(await out.ended, { by: 'them', how: 'bye' });
  });

  it('leaves without a word when it is stopped abruptly', async () => {
    const [out, incoming] = await talking();
    await bob.stop({ abruptly: true });
    assert.equal(incoming.isOver, true);
    assert.equal(out.isOver, false);
    await alice.stop({ abruptly: true });
  });

  it('names itself and what it waited for when that does not come', async () => {
    const [out, incoming] = await talking();
    await assert.rejects(bob.incoming({ withinMs: 20 }), {
      message: 'bob waited for an incoming call: not within 20 ms',
    });
    await assert.rejects(
      incoming.audio.heardTone(440, { withinMs: 30 }),
      /^Error: bob waited for 200 ms of 440 Hz: not within 30 ms \(0 ms of it in \d+ ms heard\)$/,
    );
    const ringing = out.ended;
    await alice.stop();
    await ringing;
    await assert.rejects(alice.incoming(), {
      message: 'alice waited for an incoming call: the phone was stopped',
    });
  });

  it('says that its port is taken', async () => {
    const { port } = bob.address;
    await assert.rejects(Phone.start({ name: 'mallory', localPort: port }), { code: 'EADDRINUSE' });
  });
});
