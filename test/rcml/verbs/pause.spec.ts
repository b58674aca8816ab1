import assert from 'node:assert/strict';
import { CALLER, RcmlCall, VOICE_URL } from '../../support/rcml-call.ts';

describe('<Pause>', () => {
  it('as the first verb is waited before the call is answered', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, '<Response><Pause length="5"/><Say>Hello</Say></Response>');
    await call.start();
    await call.clock.advance(4999);
    assert.deepEqual([call.live.status, call.control.commands], ['ringing', []]);
    await call.clock.advance(1);
    assert.equal(call.live.status, 'in-progress');
    await call.clock.advance(1000);
    call.check();
  });

  it('lasts one second unless told otherwise', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, '<Response><Say>x</Say><Pause/><Hangup/></Response>');
    await call.start();
    await call.clock.advance(1999);
    assert.equal(call.live.status, 'in-progress');
    await call.clock.advance(1);
    assert.equal(call.end, 'completed');
    call.check();
  });

  it('may come before a Reject', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, '<Response><Pause length="2"/><Reject reason="busy"/></Response>');
    await call.start();
    await call.clock.advance(2000);
    assert.deepEqual(call.control.commands, [['hangUp', CALLER, 'busy']]);
    call.check();
  });

  it('is over when the caller gives up', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, '<Response><Pause length="60"/><Say>x</Say></Response>');
    await call.start();
    await call.clock.advance(1000);
    await call.hangUp();
    assert.deepEqual([call.end, call.control.commands], ['canceled', []]);
    call.check();
  });
});
