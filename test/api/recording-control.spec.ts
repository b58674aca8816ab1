import assert from 'node:assert/strict';
import { newSid } from '../../src/call/sids.ts';
import { putCall, putRecording } from '../support/api-records.ts';
import { type FakeApi, type Reply, startFakeApi } from '../support/fake-api.ts';

describe('P/Calls/{sid}/Recordings', () => {
  let api: FakeApi;
  let callSid: string;
  beforeEach(async () => {
    api = await startFakeApi();
    callSid = putCall(api, { status: 'in-progress' }).sid;
  });
  afterEach(() => api.close());

  const post = (form: Readonly<Record<string, string>>, sid = '') =>
    api.request('POST', `Calls/${callSid}/Recordings${sid === '' ? '' : `/${sid}`}.json`, { form });
  const refusal = ({ status, json }: Reply) => [status, json?.['code'], json?.['message']];

  /** A recording of the call that runs. */
  function running(more: Parameters<typeof putRecording>[1] = {}) {
    const record = putRecording(api, {
      callSid,
      status: 'in-progress',
      source: 'StartCallRecordingAPI',
      ...more,
    });
    api.recordingService.records.push(record);
    return record;
  }

  it('begins a recording, both sides in one channel by default', async () => {
    const { status, json } = await post({});
    assert.deepEqual(
      [status, json?.['status'], json?.['channels'], json?.['track'], json?.['source']],
      [201, 'in-progress', 1, 'both', 'StartCallRecordingAPI'],
    );
    const terms = { source: 'StartCallRecordingAPI', channels: 1, trimSilence: false };
    assert.deepEqual(api.recordingService.asked, [['begin', api.main.sid, callSid, terms]]);
  });

  it('takes channels, track, trim and a callback', async () => {
    await post({
      RecordingChannels: 'dual',
      Trim: 'trim-silence',
      RecordingStatusCallback: 'http://app.test/rec',
      RecordingStatusCallbackMethod: 'GET',
      RecordingStatusCallbackEvent: 'in-progress completed',
    });
    await post({ RecordingChannels: 'dual', RecordingTrack: 'outbound' });
    const terms = api.recordingService.asked.map((asked) => (asked as readonly unknown[])[3]);
    const statusCallback = {
      url: 'http://app.test/rec',
      method: 'GET',
      events: ['in-progress', 'completed'],
    };
    assert.deepEqual(terms, [
      { source: 'StartCallRecordingAPI', channels: 2, trimSilence: true, statusCallback },
      { source: 'StartCallRecordingAPI', channels: 1, track: 'outbound', trimSilence: false },
    ]);
  });

  for (const [name, value] of [
    ['RecordingChannels', 'three'],
    ['RecordingTrack', 'left'],
    ['Trim', 'yes'],
    ['RecordingStatusCallback', 'ftp://x'],
    ['RecordingStatusCallbackEvent', 'paused'],
  ] as const) {
    it(`refuses ${name}=${value} and says what is allowed`, async () => {
      const reply = await post({ [name]: value });
      assert.equal(reply.status, 400);
      assert.match(String(reply.json?.['message']), new RegExp(`^${name} must be `));
      assert.deepEqual(api.recordingService.asked, []);
    });
  }

  it('refuses a call that is not in progress, and a fifth recording', async () => {
    api.recordingService.beginReply = 'not-in-progress';
    assert.deepEqual(refusal(await post({})), [
      400,
      21220,
      'Only a call that is in progress can be recorded; this one is in-progress',
    ]);
    api.recordingService.beginReply = 'many';
    assert.deepEqual(refusal(await post({})), [
      400,
      21220,
      'Four recordings of this call run already; stop one first',
    ]);
    callSid = newSid('CA');
    assert.equal((await post({})).status, 404);
  });

  it('pauses, resumes and stops a recording', async () => {
    const { sid } = running();
    const statuses: unknown[] = [];
    for (const form of [
      { Status: 'paused' },
      { Status: 'paused', PauseBehavior: 'skip' },
      { Status: 'in-progress' },
      { Status: 'stopped' },
    ]) {
      const { status, json } = await post(form as Readonly<Record<string, string>>, sid);
      statuses.push([status, json?.['status']]);
    }
    assert.deepEqual(statuses, [
      [200, 'paused'],
      [200, 'paused'],
      [200, 'in-progress'],
      [200, 'stopped'],
    ]);
    assert.deepEqual(api.recordingService.asked, [
      ['change', sid, { status: 'paused', how: 'silence' }],
      ['change', sid, { status: 'paused', how: 'skip' }],
      ['change', sid, { status: 'in-progress' }],
      ['change', sid, { status: 'stopped' }],
    ]);
  });

  it('takes Twilio.CURRENT for the only one that runs', async () => {
    assert.equal((await post({ Status: 'paused' }, 'Twilio.CURRENT')).status, 404);
    const first = running();
    const { json } = await post({ Status: 'paused' }, 'Twilio.CURRENT');
    assert.deepEqual([json?.['sid'], json?.['status']], [first.sid, 'paused']);
    const second = running();
    assert.deepEqual(refusal(await post({ Status: 'paused' }, 'Twilio.CURRENT')), [
      400,
      21220,
      `More than one recording runs; name one of them: ${first.sid}, ${second.sid}`,
    ]);
  });

  it('says why a recording cannot be changed', async () => {
    const done = putRecording(api, { callSid });
    const verb = putRecording(api, { callSid, status: 'in-progress' });
    const message = async (sid: string, form: Readonly<Record<string, string>> = { Status: 'paused' }) =>
      refusal(await post(form, sid));
    assert.deepEqual(await message(done.sid), [
      400,
      21220,
      'Only a recording that runs can be changed; this one is completed',
    ]);
    assert.deepEqual(await message(verb.sid), [
      400,
      21220,
      'A recording of <Record> is ended by its document or by the caller, and cannot be paused',
    ]);
    const { sid } = running();
    api.recordingService.changeReply = 'refused';
    assert.deepEqual((await message(sid)).slice(0, 2), [400, 21220]);
    api.recordingService.changeReply = 'failed';
    assert.deepEqual(await message(sid), [
      503,
      20503,
      'Asterisk did not do it; the recording goes on as before',
    ]);
    assert.deepEqual(await message(sid, {}), [400, 20001, 'Status is required']);
    assert.equal((await message(sid, { Status: 'completed' }))[0], 400);
    assert.equal((await message(sid, { Status: 'paused', PauseBehavior: 'beep' }))[0], 400);
    assert.equal((await message(putRecording(api).sid))[0], 404);
  });

  it('removes a finished recording with its sound', async () => {
    const { sid } = putRecording(api, { callSid });
    const paused = running({ status: 'paused' });
    const path = `Calls/${callSid}/Recordings`;
    assert.equal((await api.request('DELETE', `${path}/${sid}.json`)).status, 204);
    assert.equal((await api.request('GET', `${path}/${sid}.json`)).status, 404);
    assert.equal((await api.request('DELETE', `${path}/${paused.sid}.json`)).status, 400);
  });
});

describe('P/Conferences/{sid}/Recordings', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  it('lists, pauses, stops and removes those of the room', async () => {
    const seat = await api.rooms.enter({
      accountSid: api.main.sid,
      callSid: newSid('CA'),
      room: 'sales',
      muted: false,
      beepOnEnter: false,
      beepOnExit: false,
      startConferenceOnEnter: true,
      endConferenceOnExit: false,
      maxParticipants: 40,
    });
    assert.ok(typeof seat !== 'string');
    const { conferenceSid } = seat;
    const record = putRecording(api, { conferenceSid, status: 'in-progress', source: 'Conference' });
    const elsewhere = putRecording(api);
    api.recordingService.records.push(record, elsewhere);
    for (const room of [conferenceSid, 'sales']) {
      const { json } = await api.request('GET', `Conferences/${room}/Recordings.json`);
      assert.deepEqual(
        ((json ?? {})['recordings'] as { sid: string; conference_sid: string }[]).map((one) => [
          one.sid,
          one.conference_sid,
        ]),
        [[record.sid, conferenceSid]],
      );
    }
    const at = (sid: string) => `Conferences/${conferenceSid}/Recordings/${sid}.json`;
    for (const sid of [record.sid, 'Twilio.CURRENT']) {
      const { json } = await api.request('POST', at(sid), { form: { Status: 'paused' } });
      assert.deepEqual([json?.['sid'], json?.['status']], [record.sid, 'paused']);
    }
    assert.equal((await api.request('GET', at(record.sid))).status, 200);
    assert.equal((await api.request('GET', at(elsewhere.sid))).status, 404);
    assert.equal((await api.request('DELETE', at(record.sid))).status, 400);
    await seat.leave();
  });
});
