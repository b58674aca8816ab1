import assert from 'node:assert/strict';
import { newSid } from '../../src/call/sids.ts';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';

const DATE = 'Sat, 31 Jan 2026 12:00:00 +0000';

describe('P/Conferences', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  /** Somebody enters a room of the main account. */
  async function enter(room: string, callSid = newSid('CA')) {
    const seat = await api.rooms.enter({
      accountSid: api.main.sid,
      callSid,
      room,
      muted: false,
      beepOnEnter: false,
      beepOnExit: false,
      startConferenceOnEnter: true,
      endConferenceOnExit: false,
      maxParticipants: 40,
    });
    assert(typeof seat !== 'string');
    return { ...seat, callSid };
  }

  it('lists the rooms, newest first, by status and name', async () => {
    const first = await enter('sales');
    await first.leave();
    await api.clock.advance(1);
    const now = await enter('sales');
    await enter('support');
    const sids = async (query: string) => {
      const { json } = await api.request('GET', `Conferences.json${query}`);
      const found = (json ?? {})['conferences'] as { sid: string }[];
      return found.map(({ sid }) => sid);
    };
    assert.equal((await sids('')).length, 3);
    assert.deepEqual(await sids('?FriendlyName=sales'), [now.conferenceSid, first.conferenceSid]);
    assert.deepEqual(await sids('?FriendlyName=sales&Status=completed'), [first.conferenceSid]);
    assert.equal((await api.request('GET', 'Conferences.json?Status=over')).status, 400);
  });

  it('shows a room by SID or by name', async () => {
    const { conferenceSid: sid } = await enter('sales & co');
    const uri = `/2012-04-24/Accounts/${api.main.sid}/Conferences/${sid}`;
    const expected = {
      sid,
      account_sid: api.main.sid,
      friendly_name: 'sales & co',
      status: 'init',
      date_created: DATE,
      date_updated: DATE,
      api_version: '2012-04-24',
      region: null,
      uri: `${uri}.json`,
      subresource_uris: { participants: `${uri}/Participants.json`, recordings: `${uri}/Recordings.json` },
    };
    for (const name of [sid, encodeURIComponent('sales & co')]) {
      const { status, json } = await api.request('GET', `Conferences/${name}.json`);
      assert.deepEqual([status, json], [200, expected]);
    }
  });

  it('does not show the rooms of others', async () => {
    const { conferenceSid, callSid } = await enter('sales');
    const base = `/2012-04-24/Accounts/${api.stranger.sid}/Conferences/${conferenceSid}`;
    const as = api.stranger;
    assert.equal((await api.request('GET', `${base}.json`, { as })).status, 404);
    const deleted = await api.request('DELETE', `${base}/Participants/${callSid}.json`, { as });
    assert.equal(deleted.status, 404);
  });

  it('ends a room for all with Status=completed; it stays readable', async () => {
    const one = await enter('sales');
    const other = await enter('sales');
    const ended = await api.request('POST', `Conferences/${one.conferenceSid}.json`, {
      form: { Status: 'completed' },
    });
    assert.deepEqual([ended.status, ended.json?.['status']], [200, 'completed']);
    assert.deepEqual([one.over.aborted, other.over.aborted], [true, true]);
    const again = await api.request('POST', 'Conferences/sales.json', { form: { Status: 'completed' } });
    assert.deepEqual([again.status, again.json?.['status']], [200, 'completed']);
  });

  for (const form of [{}, { Status: 'init' }]) {
    it(`refuses ${JSON.stringify(form)} for a room`, async () => {
      const { conferenceSid } = await enter('sales');
      assert.equal((await api.request('POST', `Conferences/${conferenceSid}.json`, { form })).status, 400);
    });
  }

  it('lists and shows who is in a room', async () => {
    const { conferenceSid, callSid } = await enter('sales');
    const gone = await enter('sales');
    await gone.leave();
    const path = `Conferences/${conferenceSid}/Participants`;
    const participant = {
      call_sid: callSid,
      conference_sid: conferenceSid,
      account_sid: api.main.sid,
      status: 'connected',
      muted: false,
      hold: false,
      start_conference_on_enter: true,
      end_conference_on_exit: false,
      label: null,
      coaching: false,
      call_sid_to_coach: null,
      date_created: DATE,
      date_updated: DATE,
      api_version: '2012-04-24',
      uri: `/2012-04-24/Accounts/${api.main.sid}/${path}/${callSid}.json`,
    };
    assert.deepEqual((await api.request('GET', `${path}.json`)).json?.['participants'], [participant]);
    assert.deepEqual((await api.request('GET', `${path}/${callSid}.json`)).json, participant);
    assert.equal((await api.request('GET', `${path}/${gone.callSid}.json`)).status, 404);
  });

  it('mutes and holds a participant', async () => {
    const seat = await enter('sales');
    await enter('sales');
    await seat.connect(async () => false);
    const path = `Conferences/sales/Participants/${seat.callSid}.json`;
    const change = async (form: Readonly<Record<string, string>>) => {
      const { status, json } = await api.request('POST', path, { form });
      return [status, json?.['muted'], json?.['hold']];
    };
    assert.deepEqual(await change({ Muted: 'true' }), [200, true, false]);
    assert.deepEqual(await change({ Mute: 'false', Hold: 'true' }), [200, false, true]);
    assert.deepEqual(await change({ Muted: 'perhaps' }), [400, undefined, undefined]);
    assert.deepEqual(await change({}), [400, undefined, undefined]);
  });

  it('mutes and holds at one time, and neither undoes the other', async () => {
    const seat = await enter('sales');
    await enter('sales');
    await seat.connect(async () => false);
    const path = `Conferences/sales/Participants/${seat.callSid}.json`;
    const forms = [{ Muted: 'true' }, { Hold: 'true' }];
    const replies = await Promise.all(forms.map((form) => api.request('POST', path, { form })));
    const { json } = await api.request('GET', path);
    assert.deepEqual(
      [...replies.map(({ status }) => status), json?.['muted'], json?.['hold']],
      [200, 200, true, true],
    );
  });

  it('sends a participant out', async () => {
    const { callSid, over } = await enter('sales');
    const path = `Conferences/sales/Participants/${callSid}.json`;
    assert.equal((await api.request('DELETE', path)).status, 204);
    assert.equal(over.aborted, true);
    assert.equal((await api.request('DELETE', `Conferences/sales/Participants/${newSid('CA')}`)).status, 404);
  });

  it('calls somebody into a room', async () => {
    const { conferenceSid } = await enter('sales & co');
    const form = {
      From: '1000',
      To: 'client:bob',
      Muted: 'true',
      Beep: 'onEnter',
      EndConferenceOnExit: 'true',
      ConferenceStatusCallback: 'http://app.test/room?a=1&b="2"',
      ConferenceStatusCallbackEvent: ['start', 'end'],
      ConferenceRecord: 'record-from-start',
      ConferenceTrim: 'trim-silence',
      ConferenceRecordingStatusCallback: 'http://app.test/rec',
      ConferenceRecordingStatusCallbackMethod: 'GET',
      ConferenceRecordingStatusCallbackEvent: ['in-progress', 'completed'],
      Timeout: '20',
      Label: 'agent',
      Url: 'http://app.test/is-not-for-participants',
    };
    const path = `Conferences/${encodeURIComponent('sales & co')}/Participants.json`;
    const { status, json } = await api.request('POST', path, { form });
    const [order] = api.calls.orders;
    assert.deepEqual(
      [status, json?.['call_sid'], json?.['conference_sid'], json?.['status'], json?.['muted']],
      [201, api.calls.started[0], conferenceSid, 'queued', true],
    );
    assert.deepEqual(order?.document, {
      kind: 'inline',
      text:
        '<Response><Dial><Conference muted="true" beep="onEnter" endConferenceOnExit="true" ' +
        'statusCallback="http://app.test/room?a=1&#38;b=&#34;2&#34;" statusCallbackEvent="start end" ' +
        'record="record-from-start" trim="trim-silence" recordingStatusCallback="http://app.test/rec" ' +
        'recordingStatusCallbackMethod="GET" recordingStatusCallbackEvent="in-progress completed" participantLabel="agent">' +
        'sales &#38; co</Conference></Dial></Response>',
    });
    assert.deepEqual([order?.timeoutS, order?.callee], [20, { kind: 'client', name: 'bob' }]);
    assert.deepEqual(order?.ignored, ['Url']);
  });

  it('calls somebody into a room whose URLs are as long as URLs may be', async () => {
    const WaitUrl = `http://app.test/?${'&'.repeat(2000)}`;
    const form = { From: '1000', To: 'client:bob', WaitUrl };
    assert.equal((await api.request('POST', 'Conferences/new/Participants.json', { form })).status, 201);
    const [order] = api.calls.orders;
    const written = WaitUrl.replaceAll('&', '&#38;');
    assert.deepEqual(order?.document, {
      kind: 'inline',
      text: `<Response><Dial><Conference waitUrl="${written}">new</Conference></Dial></Response>`,
    });
  });

  it('calls somebody into a room that does not exist yet, by its name only', async () => {
    const form = { From: '1000', To: 'client:bob' };
    const made = await api.request('POST', 'Conferences/new/Participants.json', { form });
    assert.deepEqual([made.status, made.json?.['conference_sid']], [201, null]);
    const unknown = await api.request('POST', `Conferences/${newSid('CF')}/Participants.json`, { form });
    assert.equal(unknown.status, 404);
  });

  const mistakes: readonly (readonly [Readonly<Record<string, string | readonly string[]>>, RegExp])[] = [
    [{ From: '1000' }, /To is required/],
    [{ From: '1000', To: 'client:bob', Beep: 'loud' }, /Beep must be one of true, false, onEnter, onExit/],
    [{ From: '1000', To: 'client:bob', MaxParticipants: '1000' }, /MaxParticipants must be/],
    [{ From: '1000', To: 'client:bob', ConferenceStatusCallbackEvent: 'x' }, /list of start, end/],
    [{ From: '1000', To: 'client:bob', ConferenceStatusCallbackEvent: ['x', 'end'] }, /list of start, end/],
    [{ From: '1000', To: 'client:bob', ConferenceRecord: 'x' }, /ConferenceRecord must be one of true/],
    [{ From: '1000', Beep: 'loud' }, /^To is required; Beep must be one of true, false, onEnter, onExit$/],
  ];
  for (const [form, message] of mistakes) {
    it(`refuses the participant ${JSON.stringify(form)}`, async () => {
      const { status, json } = await api.request('POST', 'Conferences/sales/Participants.json', { form });
      assert.equal(status, 400);
      assert.match(String(json?.['message']), message);
      assert.deepEqual(api.calls.orders, []);
    });
  }

  it('does not call anybody into a room that is over', async () => {
    const seat = await enter('sales');
    const { conferenceSid } = seat;
    await seat.leave();
    const form = { From: '1000', To: 'client:bob' };
    const { status, json } = await api.request('POST', `Conferences/${conferenceSid}/Participants.json`, {
      form,
    });
    assert.deepEqual([status, json?.['code']], [400, 21220]);
  });
});
