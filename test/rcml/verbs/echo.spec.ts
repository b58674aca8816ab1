import assert from 'node:assert/strict';
import { compileText } from '../../support/compile-rcml.ts';
import { RcmlCall, VOICE_URL } from '../../support/rcml-call.ts';

describe('Echo', () => {
  async function callTo(document: string): Promise<RcmlCall> {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, `<Response>${document}</Response>`);
    await call.start();
    return call;
  }
  const echoed = ({ control }: RcmlCall) => control.commands.filter(([name]) => name.startsWith('echo'));

  it('answers, and goes on until the caller hangs up', async () => {
    const call = await callTo('<Echo/><Say>never</Say>');
    assert.equal(call.live.status, 'in-progress');
    await call.clock.advance(3_600_000);
    assert.deepEqual(echoed(call), [['echo', call.live.sid]]);
    await call.hangUp();
    assert.equal(call.end, 'completed');
    assert.deepEqual(echoed(call), [
      ['echo', call.live.sid],
      ['echo ended', call.live.sid],
    ]);
    call.check();
  });

  it('is passed over, with a notification, when Asterisk does not make it', async () => {
    const call = new RcmlCall();
    call.control.echoFails = true;
    call.documents.on(VOICE_URL, '<Response><Echo/><Hangup/></Response>');
    await call.start();
    await call.clock.advance(0);
    assert.equal(call.end, 'completed');
    assert.deepEqual(
      call.store.notifications.map(({ errorCode, message }) => [errorCode, message]),
      [[13420, 'Echo failed: Asterisk did not make it']],
    );
    call.check();
  });

  it('takes no attributes and nothing inside', () => {
    const { warnings } = compileText('<Response><Echo loop="2"><Say>x</Say></Echo></Response>');
    assert.equal(warnings.length, 2);
  });
});
