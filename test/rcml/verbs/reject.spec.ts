import assert from 'node:assert/strict';
import { CALLER, RcmlCall, VOICE_URL } from '../../support/rcml-call.ts';

describe('<Reject>', () => {
  for (const [attribute, reason] of [
    ['', 'normal'], // SIP 603
    ['reason="rejected"', 'normal'],
    ['reason="busy"', 'busy'], // SIP 486
  ] as const) {
    it(`as the first verb refuses the call without answering it (${attribute || 'no reason'})`, async () => {
      const call = new RcmlCall();
      call.documents.on(VOICE_URL, `<Response><Reject ${attribute}/><Say>never</Say></Response>`);
      await call.start();
      assert.deepEqual(call.control.commands, [['hangUp', CALLER, reason]]);
      assert.equal(call.end, 'busy');
      assert.deepEqual(call.store.notifications, []);
      call.check();
    });
  }

  it('later in the call is skipped with a notification, and the next verb runs', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, '<Response><Say>a</Say><Reject/><Say>b</Say></Response>');
    await call.start();
    await call.clock.advance(2000);
    assert.deepEqual(call.sounds.asked, ['say woman en a', 'say woman en b']);
    assert.deepEqual(
      call.store.notifications.map(({ level, message }) => [level, message]),
      [['warning', 'Reject is only possible as the first verb of an inbound call; it is skipped']],
    );
    assert.equal(call.end, 'completed');
    call.check();
  });

  it('on an outbound call is skipped', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, '<Response><Reject/></Response>');
    await call.start({ leg: { direction: 'outbound-api' } });
    assert.deepEqual([call.end, call.store.notifications.length], ['completed', 1]);
    call.check();
  });
});
