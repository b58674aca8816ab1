import assert from 'node:assert/strict';
import { CALLER, RcmlCall, VOICE_URL } from '../../support/rcml-call.ts';

describe('<Hangup>', () => {
  it('answers a call that was not answered yet, then ends it', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, '<Response><Hangup/><Say>never</Say></Response>');
    await call.start();
    assert.deepEqual(call.control.commands, [
      ['answer', CALLER],
      ['hangUp', CALLER, 'normal'],
    ]);
    assert.equal(call.end, 'completed');
    call.check();
  });

  it('ends a call that was answered', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, '<Response><Say>x</Say><Hangup/><Redirect>/never</Redirect></Response>');
    await call.start();
    await call.clock.advance(1000);
    assert.deepEqual(call.control.commandsNamed('hangUp'), [['hangUp', CALLER, 'normal']]);
    assert.equal(call.documents.requests.length, 1);
    call.check();
  });
});
