import assert from 'node:assert/strict';
import { ANSWERS, IS_BUSY } from '../../../support/fake-call-control.ts';
import { ACCOUNT, CALLER, RcmlCall, VOICE_URL } from '../../../support/rcml-call.ts';

const PHONE = 'sip:bob@phone.test';
const CALLBACK =
  ' recordingStatusCallback="/rec" recordingStatusCallbackEvent="in-progress completed absent"';

async function dialling(attributes: string, script = ANSWERS): Promise<RcmlCall> {
  const call = new RcmlCall();
  call.control.phones.set(PHONE, script);
  call.documents
    .on(VOICE_URL, `<Response><Dial action="/after"${attributes}><Sip>${PHONE}</Sip></Dial></Response>`)
    .on('http://app.test/after', '<Response/>');
  await call.start();
  return call;
}

const orders = (call: RcmlCall) =>
  call.control.commandsNamed('recordTalk').map(([, callSid, order]) => {
    const { recordingSid: _, ...rest } = order as { recordingSid: string };
    return [callSid, rest];
  });
const told = (call: RcmlCall) =>
  call.store.callbacks.map(({ parameters }) => Object.fromEntries(parameters)['RecordingStatus']);
const action = (call: RcmlCall) =>
  Object.fromEntries(call.documents.requests.find(({ url }) => url.endsWith('/after'))?.parameters ?? []);

describe('A Dial with record', () => {
  for (const [attribute, channels] of [
    ['true', 1],
    ['record-from-answer', 1],
    ['record-from-answer-dual', 2],
  ] as const) {
    it(`="${attribute}" records the caller's leg from the talk on, ${channels} channel(s)`, async () => {
      const call = await dialling(` record="${attribute}"${CALLBACK}`);
      await call.clock.advance(1000);
      assert.deepEqual(orders(call), []);
      await call.clock.advance(2000);
      assert.deepEqual(orders(call), [[CALLER, { channels }]]);
      await call.hangUp();
      const sid = String(call.store.callbacks[0]?.parameters.find(([name]) => name === 'RecordingSid')?.[1]);
      const { RecordingUrl, RecordingSid, RecordingDuration, DialCallStatus } = action(call);
      assert.deepEqual(
        [RecordingUrl, RecordingSid, RecordingDuration, DialCallStatus],
        [`http://legwork.test/2012-04-24/Accounts/${ACCOUNT}/Recordings/${sid}`, sid, '4', 'completed'],
      );
      const [, completed] = call.store.callbacks.map(({ parameters }) => Object.fromEntries(parameters));
      assert.deepEqual(
        [completed?.['CallSid'], completed?.['RecordingChannels'], completed?.['RecordingSource']],
        [CALLER, String(channels), 'DialVerb'],
      );
      assert.deepEqual(told(call), ['in-progress', 'completed']);
      call.check();
    });
  }

  it('from ringing begins when it rings', async () => {
    const call = await dialling(` record="record-from-ringing"${CALLBACK}`);
    await call.clock.advance(1000);
    assert.deepEqual(orders(call), [[CALLER, { channels: 1 }]]);
    await call.clock.advance(2000);
    assert.equal(orders(call).length, 1);
    await call.hangUp();
    assert.deepEqual(told(call), ['in-progress', 'completed']);
    call.check();
  });

  it('from ringing keeps nothing when there was no talk', async () => {
    const call = await dialling(` record="record-from-ringing-dual"${CALLBACK}`, IS_BUSY);
    await call.clock.advance(3000);
    assert.deepEqual(told(call), ['in-progress', 'absent']);
    assert.equal(call.recordingFiles.asked.length, 1);
    assert.match(call.recordingFiles.asked[0] ?? '', /^remove RE/);
    assert.equal(action(call)['RecordingUrl'], undefined);
    call.check();
  });

  it('from ringing begins with the talk where the caller is answered then', async () => {
    const call = await dialling(' record="record-from-ringing" answerOnBridge="true"');
    await call.clock.advance(1000);
    assert.deepEqual(orders(call), []);
    await call.clock.advance(2000);
    assert.deepEqual(orders(call), [[CALLER, { channels: 1 }]]);
    await call.hangUp();
    call.check();
  });

  it('="do-not-record" records nothing', async () => {
    const call = await dialling(' record="do-not-record"');
    await call.clock.advance(3000);
    assert.deepEqual(orders(call), []);
    await call.hangUp();
    call.check();
  });

  it('lets the action wait for the file for 5 seconds', async () => {
    const call = await dialling(' record="true"');
    let release: () => void = () => undefined;
    call.recordingFiles.held = new Promise((resolve) => {
      release = resolve;
    });
    await call.clock.advance(3000);
    await call.hangUp();
    await call.clock.advance(4900);
    assert.deepEqual(action(call), {});
    await call.clock.advance(100);
    assert.match(String(action(call)['RecordingSid']), /^RE/);
    release();
    await call.clock.advance(0);
    call.check();
  });

  it('keeps its recording in the position before Asterisk records', async () => {
    const call = await dialling(' record="true"');
    await call.clock.advance(3000);
    const [, , order] = call.control.commandsNamed('recordTalk')[0] ?? [];
    const { recordingSid } = order as { recordingSid: string };
    assert(JSON.stringify(call.store.positions.get(CALLER)).includes(recordingSid));
    await call.hangUp();
    call.check();
  });
});
