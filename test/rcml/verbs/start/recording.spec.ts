import assert from 'node:assert/strict';
import { ACCOUNT, CALLER, RcmlCall, VOICE_URL } from '../../../support/rcml-call.ts';

const CALLBACK = 'recordingStatusCallback="/rec" recordingStatusCallbackEvent="in-progress completed"';

/** A call whose document has these verbs. */
async function calling(verbs: string): Promise<RcmlCall> {
  const call = new RcmlCall();
  call.documents.on(VOICE_URL, `<Response>${verbs}</Response>`);
  return call.start();
}

const orders = (call: RcmlCall) =>
  call.control.commandsNamed('recordTalk').map(([, callSid, order]) => {
    const { recordingSid: _, ...rest } = order as { recordingSid: string };
    return [callSid, rest];
  });
const warnings = (call: RcmlCall) => call.store.notifications.map(({ message }) => message);
const told = (call: RcmlCall) =>
  call.store.callbacks.map(({ parameters }) => {
    const { RecordingStatus, RecordingSource, RecordingTrack } = Object.fromEntries(parameters);
    return [RecordingStatus, RecordingSource, RecordingTrack];
  });

describe('<Start><Recording>', () => {
  it('records both sides on their own channels while the document goes on, until the call ends', async () => {
    const call = await calling(`<Start><Recording ${CALLBACK}/></Start><Pause length="5"/>`);
    assert.deepEqual(orders(call), [[CALLER, { channels: 2 }]]);
    assert.deepEqual(told(call), [['in-progress', 'StartCallRecordingTwiML', 'both']]);
    await call.clock.advance(5000);
    assert.deepEqual(told(call).slice(1), [['completed', 'StartCallRecordingTwiML', 'both']]);
    call.check();
  });

  for (const [attributes, order] of [
    ['channels="mono"', { channels: 1 }],
    ['track="inbound"', { channels: 1, track: 'inbound' }],
    ['track="outbound" channels="dual"', { channels: 1, track: 'outbound' }],
  ] as const) {
    it(`with ${attributes} records ${JSON.stringify(order)}`, async () => {
      const call = await calling(`<Start><Recording ${attributes}/></Start><Pause length="1"/>`);
      assert.deepEqual(orders(call), [[CALLER, order]]);
      await call.hangUp();
      call.check();
    });
  }

  it('trims silence when it is told to', async () => {
    const call = await calling('<Start><Recording trim="trim-silence"/></Start>');
    await call.clock.advance(0);
    assert.match(call.recordingFiles.asked[0] ?? '', /^keep RE\w+ trimmed$/);
    call.check();
  });

  it('ends with <Stop>, by its name', async () => {
    const verbs =
      '<Start><Recording name="one"/><Recording name="two" channels="mono"/></Start>' +
      '<Pause length="1"/><Stop><Recording name="two"/></Stop><Pause length="1"/>';
    const call = await calling(verbs);
    const running = () => call.runningRecordings?.ofCall(CALLER).map(({ record }) => record.name);
    assert.deepEqual(running(), ['one', 'two']);
    await call.clock.advance(1000);
    assert.deepEqual(running(), ['one']);
    await call.hangUp();
    assert.deepEqual(warnings(call), []);
    call.check();
  });

  it('ends with <Stop> without a name, whatever its name is', async () => {
    const call = await calling(
      '<Start><Recording name="one"/></Start><Stop><Recording/></Stop><Pause length="9"/>',
    );
    assert.deepEqual(call.runningRecordings?.ofCall(CALLER), []);
    await call.hangUp();
    call.check();
  });

  it('is told of when <Stop> finds nothing, a name is taken, or four run already', async () => {
    const call = await calling(
      `<Stop><Recording name="one"/></Stop><Start>${'<Recording name="one"/>'.repeat(2)}</Start>` +
        `<Start>${'<Recording/>'.repeat(4)}</Start><Pause length="9"/>`,
    );
    assert.deepEqual(warnings(call), [
      'Stop found no recording named one on this call',
      'Start cannot record: a recording named one runs already',
      'Start cannot record: 4 recordings of this call run already',
    ]);
    assert.equal(orders(call).length, 4);
    await call.hangUp();
    call.check();
  });

  it('keeps its SID before it begins, so that a restart does not begin another one', async () => {
    const call = await calling('<Start><Recording/></Start><Pause length="9"/>');
    const states = call.store.entries.map(({ position }) => JSON.stringify(position ?? ''));
    const begun = call.store.entries.findIndex(({ recordings }) => recordings !== undefined);
    const sid = call.store.entries[begun]?.recordings?.[0]?.sid ?? '';
    assert.ok(sid.startsWith('RE') && states.slice(0, begun).some((state) => state.includes(sid)));
    await call.hangUp();
    call.check();
  });

  it('goes on in another document of the call', async () => {
    const call = new RcmlCall();
    call.documents
      .on(VOICE_URL, '<Response><Start><Recording/></Start><Redirect>/next</Redirect></Response>')
      .on('http://app.test/next', '<Response><Pause length="3"/></Response>');
    await call.start();
    assert.equal(call.runningRecordings?.ofCall(CALLER).length, 1);
    assert.equal(
      call.store.recording(call.runningRecordings?.ofCall(CALLER)[0]?.record.sid ?? '')?.accountSid,
      ACCOUNT,
    );
    await call.hangUp();
    call.check();
  });
});

describe('<Start> and <Stop>', () => {
  for (const [verb, message] of [
    ['<Start/>', /<Start> has nothing to start; it is skipped/],
    ['<Stop/>', /<Stop> has nothing to stop; it is skipped/],
    ['<Start><Siprec/></Start>', /<Siprec> is not known inside <Start>/],
  ] as const) {
    it(`are skipped as ${verb}, and the call goes on`, async () => {
      const call = await calling(`${verb}<Pause length="1"/>`);
      assert.match(warnings(call).join(' '), message);
      await call.hangUp();
      call.check();
    });
  }

  it('do not answer a call to stop something', async () => {
    const call = await calling('<Stop><Recording/></Stop><Reject/>');
    assert.equal(call.control.commandsNamed('answer').length, 0);
    call.check();
  });
});
