import assert from 'node:assert/strict';
import { readVerbs } from '../../support/compile-rcml.ts';
import { CALLER, RcmlCall, VOICE_URL } from '../../support/rcml-call.ts';

const MUSIC = 'http://media.test/fetched/http%3A%2F%2Fapp.test%2Fmusic.mp3';

describe('<Play>', () => {
  it('plays what its URL names, which may be relative', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, '<Response><Play loop="2">music.mp3</Play></Response>');
    await call.start();
    await call.clock.advance(2000);
    assert.deepEqual(call.sounds.asked, ['fetch http://app.test/music.mp3']);
    assert.deepEqual(call.control.commands, [
      ['answer', CALLER],
      ['play', CALLER, MUSIC],
      ['play', CALLER, MUSIC],
      ['hangUp', CALLER, 'normal'],
    ]);
    call.check();
  });

  it('sends digits, and needs no URL then', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, '<Response><Play digits="1w#d"/></Response>');
    await call.start();
    await call.clock.advance(1000);
    assert.deepEqual(call.control.commands, [
      ['answer', CALLER],
      ['sendDigits', CALLER, '1w#D'],
      ['hangUp', CALLER, 'normal'],
    ]);
    call.check();
  });

  it('is skipped with a notification when the sound cannot be fetched or decoded', async () => {
    const call = new RcmlCall();
    call.sounds.missing.add('http://app.test/music.mp3');
    call.documents.on(VOICE_URL, '<Response><Play>/music.mp3</Play><Say>Bye</Say></Response>');
    await call.start();
    await call.clock.advance(1000);
    assert.deepEqual(
      call.store.notifications.map(({ errorCode, message, requestUrl }) => [errorCode, message, requestUrl]),
      [[13420, 'Play failed: no such sound', 'http://app.test/music.mp3']],
    );
    assert.deepEqual(call.control.commandsNamed('play'), [['play', CALLER, 'http://media.test/say/Bye']]);
    call.check();
  });

  it('is skipped with a notification when Asterisk cannot play it', async () => {
    const call = new RcmlCall();
    call.control.playOutcome = 'failed';
    call.documents.on(VOICE_URL, '<Response><Play loop="0">/music.mp3</Play></Response>');
    await call.start();
    assert.equal(call.store.notifications[0]?.errorCode, 13420);
    assert.equal(call.end, 'completed');
    call.check();
  });

  it('stops when the caller hangs up, and nothing after it runs', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, '<Response><Play>/music.mp3</Play><Redirect>/next</Redirect></Response>');
    await call.start();
    await call.clock.advance(500);
    await call.hangUp();
    assert.deepEqual(call.documents.summary(), [['POST http://app.test/voice']]);
    call.check();
  });

  it('waits for the end of the leg when Asterisk says that the channel has gone', async () => {
    const call = new RcmlCall();
    call.control.playOutcome = 'gone';
    call.documents.on(VOICE_URL, '<Response><Play>/music.mp3</Play><Say>x</Say></Response>');
    await call.start();
    await call.hangUp();
    assert.equal(call.control.commandsNamed('play').length, 1);
    call.check();
  });

  for (const [rcml, warning] of [
    ['<Play/>', '<Play> has no URL; it is skipped.'],
    ['<Play>ftp://x/y</Play>', '<Play> has no http or https URL; it is skipped.'],
    ['<Play digits="1">ftp://x/y</Play>', '<Play> has no http or https URL; only digits are sent.'],
  ] as const) {
    it(`says what is missing in ${rcml}`, () => {
      assert.deepEqual(readVerbs(rcml).warnings, [warning]);
    });
  }

  it('does not repeat bad digits in its warning', () => {
    assert.deepEqual(readVerbs('<Play digits="12x">/a.wav</Play>').warnings, [
      '<Play> has digits=a bad value; allowed: up to 200 of 0-9, *, #, A-D, and w for half a second; it is ignored.',
    ]);
  });
});
