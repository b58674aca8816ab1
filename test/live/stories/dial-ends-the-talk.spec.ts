import assert from 'node:assert/strict';
import { aliceTalksToBob, legIsTold, numberIsTold, VOICE } from '../../support/dial-story.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';

const NAMES = { '1000': 'A', bob: 'B' };
const TALKED =
  'POST CallStatus=in-progress Direction=inbound DialCallStatus=completed DialBridged=true DialSipResponseCode=200';
const BOB_TALKED = legIsTold(['initiated', 'ringing', 'answered'], 'completed');

function talk(story: LiveStory, attributes: string) {
  story.app.reply('/after', '<Response><Play digits="5"/></Response>');
  const client = '<Client statusCallback="/bob">bob</Client>';
  return aliceTalksToBob(story, `<Dial ${attributes} action="/after">${client}</Dial>`);
}

stories("The Dial's own end of the talk", (story) => {
  it('timeLimit ends it: Bob is hung up, Alice hears the next document', async () => {
    const { call, atBob } = await talk(story(), 'timeLimit="1"');
    assert.equal((await atBob.ended).how, 'bye');
    await call.audio.heardDigits('5');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': [TALKED],
      'A /number': numberIsTold('completed'),
      'B /bob': BOB_TALKED,
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
    const { duration } = (await story().calls()).find(({ to }) => to === 'bob') ?? {};
    // A busy machine may hang up a moment after the second.
    assert.match(duration ?? '', /^[1-5]$/);
    assert.equal(story().app.to('/after')[0]?.params['DialCallDuration'], duration);
  });

  it('hangupOnStar ends it when Alice presses *, and no other key', async () => {
    const { call, atBob } = await talk(story(), 'hangupOnStar="true"');
    await call.sendDigits('1');
    await atBob.audio.heardDigits('1');
    atBob.audio.mark();
    await call.sendDigits('*');
    assert.equal((await atBob.ended).how, 'bye');
    await call.audio.heardDigits('5');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': [TALKED],
      'A /number': numberIsTold('completed'),
      'B /bob': BOB_TALKED,
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
  });

  it('hangupOnStar does not end it when Bob presses *', async () => {
    const { call, atBob } = await talk(story(), 'hangupOnStar="true"');
    await atBob.sendDigits('*');
    await call.audio.heardDigits('*');
    call.audio.sendTone(852);
    atBob.audio.mark();
    await atBob.audio.heardTone(852);
    await atBob.hangUp();
    await call.ended;
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': [TALKED],
      'A /number': numberIsTold('completed'),
      'B /bob': BOB_TALKED,
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
  });

  it('* is a key like any other without hangupOnStar', async () => {
    const { call, atBob } = await talk(story(), '');
    await call.sendDigits('*');
    await atBob.audio.heardDigits('*');
    call.audio.sendTone(852);
    atBob.audio.mark();
    await atBob.audio.heardTone(852);
    await atBob.hangUp();
    await call.ended;
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': [TALKED],
      'A /number': numberIsTold('completed'),
      'B /bob': BOB_TALKED,
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
  });
});
