import assert from 'node:assert/strict';
import { FakeStreamingRecognizer } from '../../../support/fake-recording-files.ts';
import { ACCOUNT, CALLER, RcmlCall, VOICE_URL } from '../../../support/rcml-call.ts';

const ACTION = 'POST http://app.test/pressed';
const TOLD_AFTER_MS = 200;

describe('<Gather> with a recognizer that hears speech while it is spoken', () => {
  let recognizer: FakeStreamingRecognizer;
  let call: RcmlCall;

  async function gathering(gather: string, prepare: () => void = () => undefined): Promise<void> {
    recognizer = new FakeStreamingRecognizer();
    call = new RcmlCall();
    call.recognizer = recognizer;
    prepare();
    call.documents.on(VOICE_URL, `<Response>${gather}<Say>Bye</Say></Response>`);
    call.documents.on('http://app.test/pressed', '');
    await call.start();
  }

  const actions = () => call.documents.summary('Digits', 'SpeechResult', 'Confidence').slice(1);
  const played = () => call.control.commandsNamed('play').map(([, , url]) => String(url).split('/').at(-1));
  const warnings = () => call.store.notifications.map(({ message }) => message);

  /** Callbacks owed so far: what is taken to be said, how sure, and the number. */
  const partials = () =>
    call.store.callbacks.map(({ parameters }) =>
      ['SequenceNumber', 'UnstableSpeechResult', 'Stability']
        .map((name) => parameters.find(([known]) => known === name)?.[1])
        .join(' '),
    );

  /** Nothing is left in Asterisk, at the recognizer, or of the call. */
  function check(): void {
    assert.equal(call.legAudio.open, 0);
    assert.equal(recognizer.session.at(-1), 'close');
    assert.deepEqual(call.recordingFiles.asked, []);
    call.check();
  }

  it('gives it what the caller says, and asks the action with all that it has understood', async () => {
    await gathering(
      '<Gather input="speech" timeout="3" language="de" hints="Pizza" speechModel="x" action="/pressed"/>',
    );
    assert.deepEqual(recognizer.order, {
      accountSid: ACCOUNT,
      callSid: CALLER,
      hints: { language: 'de', hints: 'Pizza', speechModel: 'x' },
    });
    call.legAudio.listener?.audio('inbound', new Uint8Array(160));
    const spoken = call.control.says(CALLER, 1000);
    await call.clock.advance(500);
    recognizer.says.final({ transcript: 'a pizza', confidence: 0.8 });
    await call.clock.advance(500);
    await spoken;
    await call.clock.advance(3000 - TOLD_AFTER_MS - 1);
    assert.deepEqual(recognizer.session, ['audio 160']);
    await call.clock.advance(1);
    assert.deepEqual(recognizer.session, ['audio 160', 'finish']);
    recognizer.says.final({ transcript: 'please', confidence: 0.9 });
    recognizer.says.over();
    await call.clock.advance(0);
    assert.deepEqual(actions(), [[ACTION, 'SpeechResult=a pizza please', 'Confidence=0.85']]);
    check();
  });

  it('stops the prompt with the first word, also when the caller is too quiet to be noticed otherwise', async () => {
    await gathering(
      '<Gather input="speech" speechTimeout="2" action="/pressed"><Say>Menu</Say><Say>Menu</Say></Gather>',
    );
    await call.clock.advance(300);
    recognizer.says.partial({ transcript: '' });
    await call.clock.advance(100);
    recognizer.says.partial({ transcript: 'yes' });
    await call.clock.advance(1);
    assert.deepEqual(played(), ['Menu']);
    await call.clock.advance(1700);
    recognizer.says.partial({ transcript: 'yes of' });
    // Silence is what comes after the last word.
    await call.clock.advance(1799);
    assert.deepEqual(recognizer.session, []);
    await call.clock.advance(1);
    recognizer.says.final({ transcript: 'yes of course' });
    recognizer.says.over();
    await call.clock.advance(0);
    assert.deepEqual(actions(), [[ACTION, 'SpeechResult=yes of course']]);
    check();
  });

  it('with speechTimeout="auto" ends with the first result', async () => {
    await gathering('<Gather input="speech" speechTimeout="auto" action="/pressed"/>');
    recognizer.says.partial({ transcript: 'sal' });
    recognizer.says.final({ transcript: 'sales' });
    await call.clock.advance(0);
    recognizer.says.over();
    await call.clock.advance(0);
    assert.deepEqual(actions(), [[ACTION, 'SpeechResult=sales']]);
    check();
  });

  it('tells each guess at once, with what was understood before it, and none twice', async () => {
    await gathering(
      '<Gather input="speech" speechTimeout="1" partialResultCallback="/partial" action="/pressed"/>',
    );
    recognizer.says.partial({ transcript: 'a', stability: 0.1 });
    recognizer.says.partial({ transcript: 'a', stability: 0.1 });
    await call.clock.advance(0);
    assert.deepEqual(partials(), ['0 a 0.1']);
    recognizer.says.final({ transcript: 'a pizza', confidence: 0.7 });
    recognizer.says.partial({ transcript: 'ple' });
    await call.clock.advance(0);
    assert.deepEqual(partials(), ['0 a 0.1', '1 a pizza 0.7', '2 a pizza ple ']);
    await call.clock.advance(1000);
    recognizer.says.over();
    await call.clock.advance(0);
    assert.deepEqual(actions(), [[ACTION, 'SpeechResult=a pizza', 'Confidence=0.7']]);
    check();
  });

  it('asks nobody when nobody speaks', async () => {
    await gathering('<Gather input="speech" timeout="2" action="/pressed"/>');
    await call.clock.advance(2000);
    assert.deepEqual(played(), ['Bye']);
    await call.clock.advance(1000);
    assert.deepEqual([actions(), recognizer.session], [[], ['close']]);
    check();
  });

  it('takes a key instead', async () => {
    await gathering('<Gather input="dtmf speech" numDigits="2" action="/pressed"/>');
    recognizer.says.partial({ transcript: 'one' });
    await call.press('12');
    assert.deepEqual(actions(), [[ACTION, 'Digits=12']]);
    check();
  });

  it('that fails before anything is understood is told in a notification, and keys are still gathered', async () => {
    await gathering('<Gather input="dtmf speech" numDigits="1" action="/pressed"><Say>Menu</Say></Gather>');
    recognizer.says.over('the speech recognizer closed the connection (1006)');
    await call.clock.advance(3000);
    assert.deepEqual(warnings(), [
      'Gather cannot recognize speech: the speech recognizer closed the connection (1006)',
    ]);
    await call.press('4');
    assert.deepEqual(actions(), [[ACTION, 'Digits=4']]);
    check();
  });

  it('that fails later loses nothing of what it has understood', async () => {
    await gathering('<Gather input="speech" action="/pressed"/>');
    recognizer.says.final({ transcript: 'sales' });
    recognizer.says.over('the speech recognizer closed the connection (1006)');
    await call.clock.advance(0);
    assert.deepEqual(actions(), [[ACTION, 'SpeechResult=sales']]);
    assert.deepEqual(warnings(), []);
    check();
  });

  it('that gives no result is told in a notification, and nothing was said', async () => {
    await gathering('<Gather input="speech" speechTimeout="1" action="/pressed"/>');
    recognizer.says.partial({ transcript: 'sal' });
    await call.clock.advance(1000);
    recognizer.says.over('the speech recognizer gave no result in time');
    await call.clock.advance(1000);
    assert.deepEqual(warnings(), [
      'Gather cannot recognize speech: the speech recognizer gave no result in time',
    ]);
    assert.deepEqual(actions(), []);
    check();
  });

  it('says so when Asterisk does not hand over the sound', async () => {
    await gathering('<Gather input="speech" action="/pressed"/>', () => {
      call.legAudio.works = false;
    });
    await call.clock.advance(1000);
    assert.deepEqual(warnings(), ['Gather cannot hear speech: Asterisk does not listen to this call']);
    assert.deepEqual(played(), ['Bye']);
    check();
  });

  it('gets a recording where Asterisk cannot carry streams', async () => {
    await gathering('<Gather input="speech" timeout="1" action="/pressed"/>', () => {
      call.legAudio.trouble = 'no module';
    });
    const spoken = call.control.says(CALLER, 500);
    await call.clock.advance(500);
    await spoken;
    await call.clock.advance(1000);
    assert.deepEqual(actions(), [[ACTION, 'SpeechResult=a pizza please', 'Confidence=0.9']]);
    assert.equal(recognizer.order, undefined);
    call.check();
  });

  it('makes no request when the caller hangs up', async () => {
    await gathering('<Gather input="speech" action="/pressed" actionOnEmptyResult="true"/>');
    recognizer.says.partial({ transcript: 'sal' });
    await call.hangUp();
    assert.deepEqual(actions(), []);
    check();
  });

  it('makes no request when the caller hangs up before its result', async () => {
    await gathering(
      '<Gather input="speech" speechTimeout="1" action="/pressed" actionOnEmptyResult="true"/>',
    );
    recognizer.says.partial({ transcript: 'sal' });
    await call.clock.advance(1000);
    assert.deepEqual(recognizer.session, ['finish']);
    await call.hangUp();
    assert.deepEqual(actions(), []);
    check();
  });
});
