import assert from 'node:assert/strict';
import type { RecordOrder } from '../../../../src/call/call-control.ts';
import { readVerbs } from '../../../support/compile-rcml.ts';
import { FakeRecognizer } from '../../../support/fake-recording-files.ts';
import { ACCOUNT, CALLER, RcmlCall, VOICE_URL } from '../../../support/rcml-call.ts';

const ACTION = 'POST http://app.test/recorded';

/** A call whose document records, then says "Bye"; the action says nothing more. */
async function recording(record: string, prepare: (call: RcmlCall) => void = () => undefined) {
  const call = new RcmlCall();
  prepare(call);
  call.documents.on(VOICE_URL, `<Response>${record}<Say>Bye</Say></Response>`);
  call.documents.on('http://app.test/recorded', '');
  await call.start();
  return call;
}

function orderOf(call: RcmlCall): RecordOrder {
  return call.control.commandsNamed('record')[0]?.[2] as RecordOrder;
}

/** What was asked after the voice URL, with the recording's SID as RE. */
function actions(call: RcmlCall): readonly (readonly string[])[] {
  const names = ['RecordingUrl', 'RecordingSid', 'RecordingDuration', 'Digits', 'CallStatus'];
  return call.documents
    .summary(...names)
    .slice(1)
    .map((request) => request.map((text) => text.replaceAll(orderOf(call).recordingSid, 'RE')));
}

/** All callbacks as the application server would see them. */
function callbacks(call: RcmlCall): readonly (readonly string[])[] {
  return call.store.callbacks.map(({ url, method, parameters }) => [
    `${method} ${url}`,
    ...parameters.map(([name, value]) => `${name}=${value.replaceAll(orderOf(call).recordingSid, 'RE')}`),
  ]);
}

function said(call: RcmlCall): readonly unknown[] {
  return call.control.commandsNamed('play').map(([, , url]) => url);
}

const BYE = 'http://media.test/say/Bye';
const SOUND = [
  `RecordingUrl=http://legwork.test/2012-04-24/Accounts/${ACCOUNT}/Recordings/RE`,
  'RecordingSid=RE',
  'RecordingDuration=4',
];
const CALLBACK = [
  `AccountSid=${ACCOUNT}`,
  `CallSid=${CALLER}`,
  'RecordingSid=RE',
  `RecordingUrl=http://legwork.test/2012-04-24/Accounts/${ACCOUNT}/Recordings/RE`,
];
const CALLBACK_END = [
  'RecordingChannels=1',
  'RecordingTrack=inbound',
  'RecordingSource=RecordVerb',
  'RecordingStartTime=Thu, 01 Jan 2026 00:00:00 +0000',
];

describe('<Record>', () => {
  it('records with a beep until 5 s of silence, at most an hour, and tells the action', async () => {
    const call = await recording('<Record action="/recorded"/>');
    const { recordingSid } = orderOf(call);
    assert.match(recordingSid, /^RE[0-9a-f]{32}$/);
    assert.deepEqual(orderOf(call), { recordingSid, beep: true, maxLengthS: 3600, silenceS: 5 });
    await call.clock.advance(4000);
    assert.deepEqual(actions(call), [[ACTION, 'CallStatus=in-progress', ...SOUND]]);
    assert.deepEqual(call.recordingFiles.asked, [`keep ${recordingSid}`]);
    assert.deepEqual(call.store.callbacks, []);
    call.check();
  });

  it('passes its limits on', async () => {
    const call = await recording('<Record timeout="2" maxLength="9" playBeep="false" trim="trim-silence"/>');
    const { recordingSid } = orderOf(call);
    assert.deepEqual(orderOf(call), { recordingSid, beep: false, maxLengthS: 9, silenceS: 2 });
    await call.clock.advance(5000);
    assert.deepEqual(call.recordingFiles.asked, [`keep ${recordingSid} trimmed`]);
    call.check();
  });

  it('goes on with the next verb without an action, and does not wait for the file', async () => {
    const call = await recording('<Record/>', (its) => {
      its.recordingFiles.held = new Promise(() => undefined);
    });
    await call.clock.advance(5000);
    assert.deepEqual(actions(call), []);
    assert.deepEqual(said(call), [BYE]);
    call.check();
  });

  for (const [finishOnKey, pressed, ends] of [
    ['', '5', true],
    ['', '#', true],
    ['finishOnKey="*0"', '0', true],
    ['finishOnKey="*0"', '5', false],
    ['finishOnKey="-1"', '5', false],
    ['finishOnKey=""', '#', false],
  ] as const) {
    it(`${ends ? 'ends' : 'does not end'} with the key ${pressed} when ${finishOnKey || 'finishOnKey is not given'}`, async () => {
      const call = await recording(`<Record action="/recorded" ${finishOnKey}/>`);
      await call.clock.advance(1000);
      await call.press(pressed);
      const asked = [[ACTION, 'CallStatus=in-progress', ...SOUND, `Digits=${pressed}`]];
      assert.deepEqual(actions(call), ends ? asked : []);
      await call.clock.advance(4000);
      assert.equal(actions(call).length, 1);
      call.check();
    });
  }

  it('makes its one request also when the caller hangs up, whose reply is ignored', async () => {
    const call = await recording('<Record action="/recorded"/>', (its) => {
      its.documents.on('http://app.test/recorded', '<Response><Redirect>/never</Redirect></Response>');
    });
    await call.clock.advance(1000);
    await call.hangUp();
    assert.deepEqual(actions(call), [[ACTION, 'CallStatus=completed', ...SOUND, 'Digits=hangup']]);
    call.check();
  });

  it('waits for the end of the leg when the recording ended with the channel', async () => {
    const call = await recording('<Record action="/recorded"/>', (its) => {
      its.control.recordOutcome = 'gone';
    });
    await call.clock.advance(4300);
    assert.deepEqual(actions(call), []);
    await call.hangUp();
    assert.deepEqual(actions(call), [[ACTION, 'CallStatus=completed', ...SOUND, 'Digits=hangup']]);
    call.check();
  });

  it('makes no request when the call goes on with another document, and keeps what was said', async () => {
    const call = await recording('<Record action="/recorded" recordingStatusCallback="/rec"/>');
    await call.clock.advance(1000);
    call.runs.get(CALLER)?.modify({ first: { text: '<Response><Say>Moved</Say></Response>' } });
    await call.clock.advance(1000);
    assert.deepEqual(actions(call), []);
    assert.deepEqual(said(call), ['http://media.test/say/Moved']);
    assert.equal(callbacks(call).length, 1);
    call.check();
  });

  it('does not end with silence when its timeout is 0', async () => {
    const call = await recording('<Record action="/recorded" timeout="0" maxLength="600"/>');
    const { recordingSid } = orderOf(call);
    assert.deepEqual(orderOf(call), { recordingSid, beep: true, maxLengthS: 600 });
    await call.press('5');
    assert.deepEqual(
      actions(call).map(([url, , , , , digits]) => [url, digits]),
      [[ACTION, 'Digits=5']],
    );
    call.check();
  });

  it('tells of no recording when there was only silence', async () => {
    const call = await recording(
      '<Record action="/recorded" recordingStatusCallback="/rec" recordingStatusCallbackEvent="completed absent"/>',
      (its) => {
        its.recordingFiles.kept = [{ kind: 'silent' }];
      },
    );
    await call.clock.advance(4000);
    assert.deepEqual(actions(call), [[ACTION, 'CallStatus=in-progress']]);
    assert.deepEqual(callbacks(call), [
      ['POST http://app.test/rec', ...CALLBACK.slice(0, 3), 'RecordingStatus=absent', ...CALLBACK_END],
    ]);
    call.check();
  });

  it('waits at most 5 s for the file, then tells how long it recorded', async () => {
    let arrive: () => void = () => undefined;
    const call = await recording('<Record action="/recorded" recordingStatusCallback="/rec"/>', (its) => {
      its.recordingFiles.held = new Promise((resolve) => {
        arrive = resolve;
      });
    });
    await call.clock.advance(8999);
    assert.deepEqual(actions(call), []);
    await call.clock.advance(1);
    assert.deepEqual(actions(call), [[ACTION, 'CallStatus=in-progress', ...SOUND]]);
    assert.deepEqual(callbacks(call), []);
    arrive();
    await call.clock.advance(0);
    assert.equal(callbacks(call).length, 1);
    call.check();
  });

  it('asks Asterisk again for a file that it cannot hand over now', async () => {
    const call = await recording('<Record action="/recorded" recordingStatusCallback="/rec"/>', (its) => {
      const away = { kind: 'away', why: 'restarting' } as const;
      its.recordingFiles.kept = [away, away, { kind: 'kept', durationMs: 3600 }];
    });
    await call.clock.advance(5500);
    assert.deepEqual(actions(call), [[ACTION, 'CallStatus=in-progress', ...SOUND]]);
    assert.equal(callbacks(call).length, 1);
    call.check();
  });

  it('tells of no recording when Asterisk could not record or lost it', async () => {
    for (const prepare of [
      (its: RcmlCall) => (its.control.recordOutcome = 'failed'),
      (its: RcmlCall) => (its.recordingFiles.kept = [{ kind: 'missing', why: 'no file' }]),
    ]) {
      const call = await recording('<Record action="/recorded"/>', prepare);
      await call.clock.advance(4000);
      assert.deepEqual(actions(call), [[ACTION, 'CallStatus=in-progress']]);
      assert.equal(call.store.notifications.length + call.recordingTroubles.length, 1);
      call.check();
    }
  });

  it('tells the recording callback of the events that it asks for, with all that is known', async () => {
    const call = await recording(
      '<Record recordingStatusCallback="/rec" recordingStatusCallbackMethod="GET" recordingStatusCallbackEvent="in-progress,completed"/>',
    );
    await call.clock.advance(5000);
    assert.deepEqual(callbacks(call), [
      ['GET http://app.test/rec', ...CALLBACK, 'RecordingStatus=in-progress', ...CALLBACK_END],
      [
        'GET http://app.test/rec',
        ...CALLBACK,
        'RecordingStatus=completed',
        'RecordingDuration=4',
        ...CALLBACK_END,
      ],
    ]);
    call.check();
  });

  it('writes each state of the recording together with its callback', async () => {
    const call = await recording('<Record recordingStatusCallback="/rec"/>');
    await call.clock.advance(5000);
    const entries = call.store.entries.filter(({ recordings }) => recordings !== undefined);
    assert.deepEqual(
      entries.map(({ recordings = [], callbacks: owed = [], events = [] }) => [
        recordings.map(({ status, duration }) => [status, duration]),
        owed.length,
        events.map(({ kind, data }) => [kind, data['status']]),
      ]),
      [
        [[['in-progress', undefined]], 0, [['recording', 'in-progress']]],
        [[['completed', 4]], 1, [['recording', 'completed']]],
      ],
    );
    call.check();
  });

  it('has what was said told to transcribeCallback', async () => {
    const call = await recording('<Record transcribeCallback="/said"/>', (its) => {
      its.recognizer = new FakeRecognizer();
    });
    await call.clock.advance(5000);
    const [said = []] = callbacks(call);
    assert.deepEqual(
      said.filter((text) => !/^(From|To|Caller|Called|ApiVersion|Direction|CallTimestamp)=/.test(text)),
      [
        'POST http://app.test/said',
        `CallSid=${CALLER}`,
        `AccountSid=${ACCOUNT}`,
        'CallStatus=in-progress',
        'TranscriptionStatus=completed',
        'TranscriptionText=a pizza please',
        'Confidence=0.9',
        'RecordingSid=RE',
        SOUND[0],
      ],
    );
    assert.equal(
      call.store.entries.findLast(({ recordings }) => recordings)?.recordings?.[0]?.transcription,
      undefined,
    );
    call.check();
  });

  it('tells transcribeCallback that nobody could understand it', async () => {
    const call = await recording('<Record transcribe="true" transcribeCallback="/said"/>', (its) => {
      its.recognizer = new FakeRecognizer();
      its.recognizer.answer = { ok: false, message: 'It broke' };
    });
    await call.clock.advance(5000);
    const [said = []] = callbacks(call);
    assert.deepEqual(said.slice(-3, -2), ['TranscriptionStatus=failed']);
    assert.deepEqual(call.recordingTroubles, ['It broke']);
    call.check();
  });

  it('says so when nothing can transcribe, and records all the same', async () => {
    const call = await recording('<Record action="/recorded" transcribe="true" transcribeCallback="/said"/>');
    await call.clock.advance(5000);
    assert.deepEqual(
      call.store.notifications.map(({ errorCode, message }) => [errorCode, message]),
      [[13604, 'Record cannot transcribe: no recognizer is set (SPEECH_RECOGNIZER)']],
    );
    assert.equal(actions(call).length, 1);
    assert.deepEqual(callbacks(call), []);
    call.check();
  });

  it('tells what stands wrongly in it', () => {
    const { verbs, warnings } = readVerbs(
      '<Record timeout="-1" maxLength="99999" finishOnKey="a" trim="yes" recordingStatusCallbackEvent="done" transcribe="true">x<Say>y</Say></Record>',
    );
    assert.deepEqual(verbs, [
      [
        'Record',
        {
          method: 'POST',
          timeoutS: 5,
          maxLengthS: 3600,
          finishOnKey: '1234567890*#',
          playBeep: true,
          trimSilence: false,
        },
      ],
    ]);
    assert.deepEqual(warnings, [
      '<Record> has timeout="-1"; allowed: whole seconds from 0 to 3600; the default is used instead.',
      '<Record> has maxLength="99999"; allowed: whole seconds from 1 to 14400; the default is used instead.',
      '<Record> has finishOnKey="a"; allowed: any of 0-9, * and #, or -1 or nothing for no key; the default is used instead.',
      '<Record> has trim="yes"; allowed: do-not-trim, trim-silence; the default is used instead.',
      '<Record> has recordingStatusCallbackEvent="done"; allowed: in-progress, completed, absent; the default is used instead.',
      '<Record> has text in it; the text is ignored.',
      '<Record> has transcribe but no transcribeCallback; nothing is transcribed.',
      '<Say> is not known inside <Record>; it is skipped.',
    ]);
  });
});
