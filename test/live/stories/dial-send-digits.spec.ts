import assert from 'node:assert/strict';
import { aliceCalls, legIsTold, numberIsTold, VOICE } from '../../support/dial-story.ts';
import { stories } from '../../support/live-story.ts';
import { makeTrunk } from '../../support/story-trunk.ts';

const NAMES = { '1000': 'A', '+15550100': 'B' };

stories("A <Number>'s sendDigits", (story) => {
  it('are pressed when the callee answered, before Alice hears him', async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    await makeTrunk(story(), carrier);
    const { call } = await aliceCalls(
      story(),
      '<Dial><Number sendDigits="12w*#" statusCallback="/bob">+15550100</Number></Dial>',
    );
    const atBob = await carrier.incoming();
    await atBob.answer();
    atBob.audio.sendTone(697);
    await atBob.audio.heardDigits('12*#');
    assert.equal(call.audio.toneMs(697), 0);
    await call.audio.heardTone(697);
    assert.equal(call.audio.receivedDigits(), '');
    await call.hangUp();
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /number': numberIsTold('in-progress'),
      'B /bob': legIsTold(['initiated', 'answered'], 'completed'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
  });

  it('are not waited for when Alice hangs up meanwhile', async () => {
    const carrier = await story().peer('carrier', '127.0.0.7');
    await makeTrunk(story(), carrier);
    const { call } = await aliceCalls(
      story(),
      '<Dial><Number sendDigits="1wwwwwwwwwwwwwwwwwwwwwwwwwwwwww2" statusCallback="/bob">+15550100</Number></Dial>',
    );
    const atBob = await carrier.incoming();
    await atBob.answer();
    await atBob.audio.heardDigits('1');
    await call.hangUp();
    assert.equal((await atBob.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /number': numberIsTold('in-progress'),
      'B /bob': legIsTold(['initiated', 'answered'], 'completed'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
  });
});
