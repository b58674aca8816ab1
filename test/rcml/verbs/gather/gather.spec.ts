import assert from 'node:assert/strict';
import type { KeptRecording } from '../../../../src/call/recording/recording-files.ts';
import { readVerbs } from '../../../support/compile-rcml.ts';
import { FakeRecognizer } from '../../../support/fake-recording-files.ts';
import { CALLER, RcmlCall, VOICE_URL } from '../../../support/rcml-call.ts';

const ACTION = 'POST http://app.test/pressed';

/** A call whose document gathers, then says "Bye"; the action says nothing more. */
async function gathering(gather: string, prepare: (call: RcmlCall) => void = () => undefined) {
  const call = new RcmlCall();
  prepare(call);
  call.documents.on(VOICE_URL, `<Response>${gather}<Say>Bye</Say></Response>`);
  call.documents.on('http://app.test/pressed', '');
  await call.start();
  return call;
}

/** What was asked after the voice URL. */
function actions(call: RcmlCall): readonly (readonly string[])[] {
  return call.documents.summary('Digits', 'SpeechResult', 'Confidence', 'CallStatus').slice(1);
}

function said(call: RcmlCall): readonly unknown[] {
  return call.control.commandsNamed('play').map(([, , url]) => url);
}

const BYE = 'http://media.test/say/Bye';
const MENU = 'http://media.test/say/Menu';

describe('<Gather>', () => {
  it('tells the action what was pressed, without the finish key', async () => {
    const call = await gathering('<Gather action="/pressed"/>');
    await call.press('12*#9');
    await call.clock.advance(0);
    assert.deepEqual(actions(call), [[ACTION, 'CallStatus=in-progress', 'Digits=12*']]);
    assert.deepEqual(said(call), []);
    call.check();
  });

  it('asks with GET when method says so, after the standard parameters', async () => {
    const call = await gathering('<Gather action="/pressed?a=1" method="get"/>');
    await call.press('1#');
    const request = call.documents.requests[1];
    assert.equal(request?.method, 'GET');
    assert.equal(request?.url, 'http://app.test/pressed?a=1');
    assert.deepEqual(
      request?.parameters.map(([name]) => name),
      [
        'CallSid',
        'AccountSid',
        'From',
        'To',
        'Caller',
        'Called',
        'CallStatus',
        'ApiVersion',
        'Direction',
        'CallTimestamp',
        'Digits',
      ],
    );
    await call.clock.advance(5000);
    call.check();
  });

  it('ends after 5 seconds without a key, which begin again with every key', async () => {
    const call = await gathering('<Gather action="/pressed"/>');
    await call.clock.advance(4900);
    await call.press('1');
    await call.clock.advance(4900);
    await call.press('2');
    await call.clock.advance(4999);
    assert.deepEqual(actions(call), []);
    await call.clock.advance(1);
    assert.deepEqual(actions(call), [[ACTION, 'CallStatus=in-progress', 'Digits=12']]);
    call.check();
  });

  it('waits as long as timeout says', async () => {
    const call = await gathering('<Gather timeout="2" action="/pressed"/>');
    await call.clock.advance(1999);
    assert.deepEqual(said(call), []);
    await call.clock.advance(1);
    assert.deepEqual(said(call), [BYE]);
    await call.clock.advance(1000);
    assert.deepEqual(actions(call), []);
    call.check();
  });

  it('ends with the last digit of numDigits', async () => {
    const call = await gathering('<Gather numDigits="3" action="/pressed"/>');
    await call.press('1234');
    assert.deepEqual(actions(call), [[ACTION, 'CallStatus=in-progress', 'Digits=123']]);
    call.check();
  });

  it('ends with any key of finishOnKey, and # is a digit then', async () => {
    const call = await gathering('<Gather finishOnKey="*0" action="/pressed"/>');
    await call.press('1#0');
    assert.deepEqual(actions(call), [[ACTION, 'CallStatus=in-progress', 'Digits=1#']]);
    call.check();
  });

  it('has no finish key with finishOnKey=""', async () => {
    const call = await gathering('<Gather finishOnKey="" action="/pressed"/>');
    await call.press('12#34*');
    await call.clock.advance(5000);
    assert.deepEqual(actions(call), [[ACTION, 'CallStatus=in-progress', 'Digits=12#34*']]);
    call.check();
  });

  for (const [what, keys] of [
    ['nothing', ''],
    ['only the finish key', '#'],
  ] as const) {
    it(`falls through to the next verb when ${what} is pressed`, async () => {
      const call = await gathering('<Gather action="/pressed"/>');
      await call.press(keys);
      await call.clock.advance(6000);
      assert.deepEqual(actions(call), []);
      assert.deepEqual(said(call), [BYE]);
      call.check();
    });

    it(`asks the action with actionOnEmptyResult when ${what} is pressed`, async () => {
      const call = await gathering('<Gather action="/pressed" actionOnEmptyResult="true"/>');
      await call.press(keys);
      await call.clock.advance(6000);
      assert.deepEqual(actions(call), [[ACTION, 'CallStatus=in-progress']]);
      assert.deepEqual(said(call), []);
      call.check();
    });
  }

  it('falls through to the next verb when it has no action', async () => {
    const call = await gathering('<Gather/>');
    await call.press('1#');
    await call.clock.advance(1000);
    assert.deepEqual(said(call), [BYE]);
    call.check();
  });

  it('plays its prompt, whose end begins the time', async () => {
    const call = await gathering(
      '<Gather timeout="2"><Say>Menu</Say><Pause length="3"/><Play>/x.wav</Play></Gather>',
    );
    await call.clock.advance(6999);
    assert.deepEqual(said(call), [MENU, 'http://media.test/fetched/http%3A%2F%2Fapp.test%2Fx.wav']);
    await call.clock.advance(1001);
    assert.deepEqual(said(call).slice(2), [BYE]);
    call.check();
  });

  it('is over with its prompt when its timeout is 0', async () => {
    const call = await gathering('<Gather timeout="0" action="/pressed"><Say>Menu</Say></Gather>');
    await call.clock.advance(999);
    assert.deepEqual(said(call), [MENU]);
    await call.clock.advance(1);
    assert.deepEqual(said(call), [MENU, BYE]);
    assert.deepEqual(actions(call), []);
    await call.clock.advance(1000);
    call.check();
  });

  it('takes the one key that is pressed in its prompt when its timeout is 0', async () => {
    const call = await gathering('<Gather timeout="0" action="/pressed"><Say loop="0">Menu</Say></Gather>');
    await call.clock.advance(1500);
    await call.press('4');
    assert.deepEqual(actions(call), [[ACTION, 'CallStatus=in-progress', 'Digits=4']]);
    call.check();
  });

  it('asks the action at once with timeout="0" and actionOnEmptyResult, but not without end', async () => {
    const call = new RcmlCall();
    const verb = '<Gather timeout="0" action="/voice" actionOnEmptyResult="true"/>';
    call.documents.on(VOICE_URL, `<Response>${verb}</Response>`);
    await call.start();
    assert.equal(call.documents.requests.length, 50);
    assert.match(call.store.notifications.map(({ message }) => message).join(), /endless loop/);
    call.check();
  });

  it('does not listen behind its prompt when its timeout is 0', async () => {
    const gather = '<Gather input="dtmf speech" timeout="0" action="/pressed"><Say>Menu</Say></Gather>';
    const call = await gathering(gather, (made) => {
      made.recognizer = new FakeRecognizer();
    });
    await call.clock.advance(1000);
    assert.deepEqual([said(call), actions(call)], [[MENU, BYE], []]);
    assert.deepEqual(call.control.commandsNamed('record'), []);
    await call.clock.advance(1000);
    call.check();
  });

  it('stops the prompt at the first digit, which counts', async () => {
    const call = await gathering(
      '<Gather action="/pressed"><Say loop="0">Menu</Say><Play>/never.wav</Play></Gather>',
    );
    await call.clock.advance(500);
    await call.press('4');
    await call.clock.advance(300);
    await call.press('2#');
    assert.deepEqual(said(call), [MENU]);
    assert.deepEqual(actions(call), [[ACTION, 'CallStatus=in-progress', 'Digits=42']]);
    call.check();
  });

  it('discards digits that were pressed before it began', async () => {
    const call = await gathering('<Pause length="2"/><Gather action="/pressed"/>');
    await call.press('77#');
    await call.clock.advance(2000);
    await call.press('1#');
    assert.deepEqual(actions(call), [[ACTION, 'CallStatus=in-progress', 'Digits=1']]);
    call.check();
  });

  it('makes no request when the caller hangs up', async () => {
    const call = await gathering(
      '<Gather action="/pressed" actionOnEmptyResult="true"><Say>Menu</Say></Gather>',
    );
    await call.clock.advance(1500);
    await call.press('12');
    await call.hangUp();
    assert.deepEqual(actions(call), []);
    call.check();
  });

  it('makes no request when the call goes on with another document', async () => {
    const call = await gathering('<Gather action="/pressed"><Say>Menu</Say></Gather>');
    await call.press('12');
    call.runs.get(CALLER)?.modify({ first: { text: '<Response><Say>Moved</Say></Response>' } });
    await call.clock.advance(1000);
    assert.deepEqual(actions(call), []);
    assert.deepEqual(said(call), [MENU, 'http://media.test/say/Moved']);
    call.check();
  });

  it('keeps what was pressed for a restart, and nowhere else', async () => {
    const call = await gathering('<Gather action="/pressed"/>');
    await call.press('47');
    const position = call.store.positions.get(CALLER) as { step: { state?: unknown } };
    assert.deepEqual(position.step.state, { version: 1, value: { digits: '47' } });
    assert.doesNotMatch(JSON.stringify([call.store.events, call.store.notifications]), /"47/);
    await call.press('#');
    assert.doesNotMatch(JSON.stringify([call.store.events, call.store.notifications]), /"47/);
    call.check();
  });

  it('tells what stands wrongly in it', () => {
    const { verbs, warnings } = readVerbs(
      '<Gather input="keys" finishOnKey="x" numDigits="0" timeout="-1">text<Dial>bob</Dial><Say/></Gather>',
    );
    assert.deepEqual(verbs, [
      [
        'Gather',
        {
          method: 'POST',
          dtmf: true,
          speech: false,
          timeoutS: 5,
          finishOnKey: '#',
          actionOnEmptyResult: false,
          maxSpeechS: 60,
          endsWithResult: false,
          bargeIn: true,
          expected: { language: 'en' },
          prompt: [],
        },
      ],
    ]);
    assert.deepEqual(warnings, [
      '<Gather> has input="keys"; allowed: dtmf, speech, or dtmf speech; the default is used instead.',
      '<Gather> has timeout="-1"; allowed: whole seconds from 0 to 3600; the default is used instead.',
      '<Gather> has finishOnKey="x"; allowed: any of 0-9, * and #, or nothing; the default is used instead.',
      '<Gather> has numDigits="0"; allowed: a whole number from 1 to 1000; it is ignored.',
      '<Gather> has text beside its verbs; the text is ignored.',
      '<Dial> is not known inside <Gather>; it is skipped.',
      '<Say> has no text to say; it is skipped.',
    ]);
  });
});

describe('<Gather> with speech', () => {
  const withRecognizer = (call: RcmlCall) => {
    call.recognizer = new FakeRecognizer();
  };
  /** The caller makes a sound for so long. */
  async function speaks(call: RcmlCall, ms: number): Promise<void> {
    const spoken = call.control.says(CALLER, ms);
    await call.clock.advance(ms);
    await spoken;
  }
  const heard = (call: RcmlCall) =>
    call.control.commands.filter(([name]) =>
      ['recordTalk', 'detectTalking', 'recordTalk ended'].includes(name),
    );
  /** The silence that has been when Asterisk reports it. */
  const REPORTED_AFTER_MS = 200;
  const SPEECH = [ACTION, 'CallStatus=in-progress', 'SpeechResult=a pizza please', 'Confidence=0.9'];

  it('listens from the prompt on, until there is silence after speech, and tells the action what was said', async () => {
    const call = await gathering(
      '<Gather input="speech" timeout="3" language="de" hints="Pizza, Pasta" action="/pressed"><Say>Menu</Say></Gather>',
      withRecognizer,
    );
    const [[, , order] = []] = heard(call);
    const { recordingSid } = order as { recordingSid: string };
    assert.match(recordingSid, /^speech-RE[0-9a-f]{32}$/);
    assert.deepEqual(order, { recordingSid, channels: 1, track: 'inbound' });
    await call.press('5');
    await call.clock.advance(3500);
    await speaks(call, 1500);
    await call.clock.advance(2799);
    assert.deepEqual(actions(call), []);
    await call.clock.advance(1);
    assert.deepEqual(call.recognizer?.asked, [{ language: 'de', hints: 'Pizza, Pasta' }]);
    assert.deepEqual(call.recordingFiles.asked, [`keep ${recordingSid} trimmed`, `remove ${recordingSid}`]);
    assert.deepEqual(actions(call), [SPEECH]);
    assert.deepEqual(said(call), [MENU]);
    call.check();
  });

  it('collects nothing when nobody speaks within the timeout, counted from the end of the prompt', async () => {
    const call = await gathering(
      '<Gather input="speech" timeout="2" action="/pressed"><Say>Menu</Say></Gather>',
      withRecognizer,
    );
    await call.clock.advance(2999);
    assert.deepEqual(said(call), [MENU]);
    await call.clock.advance(1);
    assert.deepEqual(said(call), [MENU, BYE]);
    assert.deepEqual(call.recognizer?.asked, []);
    assert.match(call.recordingFiles.asked.join(), /^remove speech-RE\w+$/);
    await call.clock.advance(1000);
    call.check();
  });

  for (const [attribute, pauseMs] of [
    ['speechTimeout="auto"', 1200],
    ['speechTimeout="3"', 3000],
    ['', 5000],
  ] as const) {
    it(`takes ${pauseMs} ms of silence for the end of what is said with ${attribute || 'no speechTimeout'}`, async () => {
      const call = await gathering(`<Gather input="speech" ${attribute} action="/pressed"/>`, withRecognizer);
      await speaks(call, 500);
      await call.clock.advance(pauseMs - REPORTED_AFTER_MS - 1);
      await speaks(call, 400);
      await call.clock.advance(pauseMs - REPORTED_AFTER_MS - 1);
      assert.deepEqual(actions(call), []);
      await call.clock.advance(1);
      assert.deepEqual(actions(call), [SPEECH]);
      call.check();
    });
  }

  it('lets nobody speak longer than maxSpeechTime', async () => {
    const call = await gathering(
      '<Gather input="speech" maxSpeechTime="4" action="/pressed"/>',
      withRecognizer,
    );
    const speaking = call.control.says(CALLER, 10_000);
    await call.clock.advance(3999);
    assert.deepEqual(actions(call), []);
    await call.clock.advance(1);
    assert.deepEqual(actions(call), [SPEECH]);
    await call.clock.advance(6000);
    await speaking;
    call.check();
  });

  it('stops the prompt when speech lasts 300 ms, not for a cough', async () => {
    const call = await gathering(
      '<Gather input="speech" speechTimeout="1" action="/pressed"><Say>Menu</Say><Say>More</Say><Say>Most</Say></Gather>',
      withRecognizer,
    );
    await speaks(call, 290);
    await call.clock.advance(710);
    assert.deepEqual(said(call), [MENU, 'http://media.test/say/More']);
    const speaking = call.control.says(CALLER, 600);
    await call.clock.advance(600);
    await speaking;
    await call.clock.advance(1000);
    assert.deepEqual(said(call), [MENU, 'http://media.test/say/More']);
    assert.deepEqual(actions(call), [SPEECH]);
    call.check();
  });

  it('with bargeIn="false" lets the prompt be heard to its end, and neither keys nor speech in it count', async () => {
    const call = await gathering(
      '<Gather input="dtmf speech" bargeIn="false" timeout="2" action="/pressed"><Say>Menu</Say></Gather>',
      withRecognizer,
    );
    await call.press('7');
    await speaks(call, 800);
    assert.deepEqual(heard(call), []);
    await call.clock.advance(200);
    assert.deepEqual(
      heard(call).map(([name]) => name),
      ['recordTalk', 'detectTalking'],
    );
    await call.press('1#');
    assert.deepEqual(actions(call), [[ACTION, 'CallStatus=in-progress', 'Digits=1']]);
    assert.deepEqual(said(call), [MENU]);
    call.check();
  });

  it('passes on to the recognizer what is its business', async () => {
    const call = await gathering(
      '<Gather input="speech" speechTimeout="1" speechModel="phone_call" enhanced="true" profanityFilter="false" debug="true"/>',
      withRecognizer,
    );
    assert.deepEqual(call.store.notifications, []);
    await speaks(call, 500);
    await call.clock.advance(1000);
    assert.deepEqual(call.recognizer?.asked, [
      { language: 'en', speechModel: 'phone_call', enhanced: true, profanityFilter: false, debug: true },
    ]);
    await call.clock.advance(1000);
    call.check();
  });

  for (const [title, prepare] of [
    ['there was silence', (call: RcmlCall) => (call.recordingFiles.kept = [SILENT])],
    [
      'it was no speech',
      (call: RcmlCall) => {
        if (call.recognizer) call.recognizer.answer = { ok: true, transcript: '', partials: [] };
      },
    ],
  ] as const) {
    it(`collects nothing when ${title}`, async () => {
      const call = await gathering('<Gather input="speech" action="/pressed"/>', (its) => {
        withRecognizer(its);
        prepare(its);
      });
      await speaks(call, 500);
      await call.clock.advance(5000);
      assert.deepEqual(actions(call), []);
      assert.deepEqual(said(call), [BYE]);
      await call.clock.advance(1000);
      call.check();
    });
  }

  for (const [title, message, prepare] of [
    [
      'the recognizer fails',
      'Gather cannot recognize speech: It broke',
      (call: RcmlCall) => {
        if (call.recognizer) call.recognizer.answer = { ok: false, message: 'It broke' };
      },
    ],
    [
      'Asterisk does not listen',
      'Gather cannot hear speech: Asterisk does not listen to this call',
      (call: RcmlCall) => (call.control.detects = false),
    ],
    [
      'Asterisk does not record',
      'Gather cannot hear speech: Asterisk does not listen to this call',
      (call: RcmlCall) => (call.control.recordOutcome = 'failed'),
    ],
  ] as const) {
    it(`says so when ${title}, and collects nothing`, async () => {
      const call = await gathering('<Gather input="speech" action="/pressed"/>', (its) => {
        withRecognizer(its);
        prepare(its);
      });
      await speaks(call, 500);
      await call.clock.advance(6000);
      assert.deepEqual(
        call.store.notifications.map((noted) => [noted.errorCode, noted.message]),
        [[13334, message]],
      );
      assert.deepEqual(said(call), [BYE]);
      call.check();
    });
  }

  it('says so when there is no recognizer, plays the prompt, and collects nothing', async () => {
    const call = await gathering('<Gather input="speech" action="/pressed"><Say>Menu</Say></Gather>');
    await call.clock.advance(2000);
    assert.deepEqual(
      call.store.notifications.map(({ errorCode, message }) => [errorCode, message]),
      [[13334, 'Gather cannot recognize speech: no recognizer is set (SPEECH_RECOGNIZER)']],
    );
    assert.deepEqual(said(call), [MENU, BYE]);
    assert.deepEqual(actions(call), []);
    call.check();
  });

  it('takes keys instead of speech with input="dtmf speech": the first one ends the listening', async () => {
    const call = await gathering('<Gather input="dtmf speech" action="/pressed"/>', withRecognizer);
    await speaks(call, 1000);
    await call.press('1');
    await call.clock.advance(1000);
    await call.press('2#');
    assert.deepEqual(actions(call), [[ACTION, 'CallStatus=in-progress', 'Digits=12']]);
    assert.deepEqual(call.recognizer?.asked, []);
    assert.match(call.recordingFiles.asked.join(), /^remove speech-RE\w+$/);
    assert.equal(call.control.hears(CALLER), false);
    call.check();
  });

  it('takes speech with input="dtmf speech" when no key is pressed', async () => {
    const call = await gathering('<Gather input="Speech DTMF" action="/pressed"/>', withRecognizer);
    await speaks(call, 1000);
    await call.clock.advance(5000);
    assert.deepEqual(actions(call), [SPEECH]);
    call.check();
  });

  it('gathers keys with input="dtmf speech" and no recognizer', async () => {
    const call = await gathering('<Gather input="dtmf speech" action="/pressed"/>');
    await call.press('12#');
    assert.deepEqual(actions(call), [[ACTION, 'CallStatus=in-progress', 'Digits=12']]);
    assert.equal(call.store.notifications.length, 1);
    call.check();
  });

  it('owes a callback for each step of the recognizer', async () => {
    const call = await gathering(
      '<Gather input="speech" partialResultCallback="/partial" partialResultCallbackMethod="GET"/>',
      (its) => {
        withRecognizer(its);
        if (its.recognizer) {
          const partials = [{ transcript: 'a pea', stability: 0.4 }, { transcript: 'a pizza' }];
          its.recognizer.answer = { ok: true, transcript: 'a pizza please', confidence: 0.9, partials };
        }
      },
    );
    await speaks(call, 500);
    await call.clock.advance(6000);
    assert.deepEqual(
      call.store.callbacks.map(({ url, method, parameters }) => [
        `${method} ${url}`,
        ...parameters.slice(-3).map(([name, value]) => `${name}=${value}`),
      ]),
      [
        ['GET http://app.test/partial', 'UnstableSpeechResult=a pea', 'Stability=0.4', 'SequenceNumber=0'],
        [
          'GET http://app.test/partial',
          call.store.callbacks[1]?.parameters.at(-3)?.join('='),
          'UnstableSpeechResult=a pizza',
          'SequenceNumber=1',
        ],
        [
          'GET http://app.test/partial',
          'UnstableSpeechResult=a pizza please',
          'Stability=0.9',
          'SequenceNumber=2',
        ],
      ],
    );
    call.check();
  });

  it('makes no request when the caller hangs up while speaking', async () => {
    const call = await gathering(
      '<Gather input="speech" action="/pressed" actionOnEmptyResult="true"/>',
      withRecognizer,
    );
    await speaks(call, 1000);
    await call.hangUp();
    assert.deepEqual(actions(call), []);
    assert.deepEqual(call.recognizer?.asked, []);
    call.check();
  });
});

const SILENT: KeptRecording = { kind: 'silent' };
