import assert from 'node:assert/strict';
import { readVerbs } from '../../support/compile-rcml.ts';
import { CALLER, RcmlCall, VOICE_URL } from '../../support/rcml-call.ts';

const HELLO = 'http://media.test/say/Hello%20world';

describe('<Say>', () => {
  it('answers the call, reads its text aloud, and the call ends with the document', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, '<Response><Say>\n  Hello\n  world </Say></Response>');
    await call.start();
    assert.equal(call.live.status, 'in-progress');
    await call.clock.advance(1000);
    assert.deepEqual(call.sounds.asked, ['say woman en Hello world']);
    assert.deepEqual(call.control.commands, [
      ['answer', CALLER],
      ['play', CALLER, HELLO],
      ['hangUp', CALLER, 'normal'],
    ]);
    assert.equal(call.end, 'completed');
    call.check();
  });

  it('speaks with the voice and language that are asked for, as often as loop says', async () => {
    const call = new RcmlCall();
    call.documents.on(
      VOICE_URL,
      '<Response><Say voice="man" language="de" loop="2">Hello world</Say></Response>',
    );
    await call.start();
    await call.clock.advance(2000);
    assert.deepEqual(call.sounds.asked, ['say man de Hello world']);
    const spoken = `${HELLO}?voice=man&language=de`;
    assert.deepEqual(call.control.commandsNamed('play'), [
      ['play', CALLER, spoken],
      ['play', CALLER, spoken],
    ]);
    call.check();
  });

  it('keeps SSML for the engine, beside the text without it', () => {
    const marked =
      'Your code <break time="1s"/> is\n <prosody rate="slow"><say-as interpret-as="digits">4 &amp; 7</say-as></prosody>, ' +
      '<sub alias="World Wide Web">WWW</sub>';
    assert.deepEqual(readVerbs(`<Say>${marked}</Say>`), {
      verbs: [
        [
          'Say',
          {
            text: 'Your code is 4 & 7 , World Wide Web',
            ssml: `<speak>${marked.replace('\n', '')}</speak>`,
            voice: 'woman',
            language: 'en',
            loop: 1,
          },
        ],
      ],
      warnings: [],
    });
  });

  it('takes nothing for markup that is not: the words of other elements, with a warning, and no strange attributes', () => {
    assert.deepEqual(readVerbs('<Say>a <b>b</b> <mark name="x"/><s onclick="x">c "&lt;d&gt;"</s></Say>'), {
      verbs: [
        [
          'Say',
          {
            text: 'a b c "<d>"',
            ssml: '<speak>a b <s>c &quot;&lt;d&gt;&quot;</s></speak>',
            voice: 'woman',
            language: 'en',
            loop: 1,
          },
        ],
      ],
      warnings: [
        '<b> is not rendered inside <Say>; only its text is read.',
        '<mark> is not rendered inside <Say>; only its text is read.',
        '<s> has no attribute onclick; it is ignored.',
      ],
    });
  });

  it('goes on until the caller hangs up with loop="0"', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, '<Response><Say loop="0">Hello world</Say><Hangup/></Response>');
    await call.start();
    await call.clock.advance(60_500);
    assert.equal(call.control.commandsNamed('play').length, 61);
    await call.hangUp();
    assert.equal(call.control.commandsNamed('hangUp').length, 0);
    call.check();
  });

  it('does not spin with loop="0" and a sound without length', async () => {
    const call = new RcmlCall();
    call.control.soundMs = 0;
    call.documents.on(VOICE_URL, '<Response><Say loop="0">Hello world</Say></Response>');
    await call.start();
    await call.clock.advance(950);
    assert.equal(call.control.commandsNamed('play').length, 10);
    await call.hangUp();
    call.check();
  });

  it('is skipped with a notification when there is no speech', async () => {
    const call = new RcmlCall();
    call.sounds.missing.add('Hello');
    call.documents.on(VOICE_URL, '<Response><Say>Hello</Say><Say>Bye</Say></Response>');
    await call.start();
    await call.clock.advance(1000);
    assert.deepEqual(
      call.store.notifications.map(({ level, errorCode, message }) => [level, errorCode, message]),
      [['warning', 13520, 'Say failed: no such sound']],
    );
    assert.equal(call.control.commandsNamed('play').length, 1);
    call.check();
  });

  it('without text is skipped with a warning', () => {
    assert.deepEqual(readVerbs('<Say> \n </Say>'), {
      verbs: [],
      warnings: ['<Say> has no text to say; it is skipped.'],
    });
  });
});
