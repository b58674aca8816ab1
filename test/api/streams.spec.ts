import assert from 'node:assert/strict';
import { putCall } from '../support/api-records.ts';
import { type FakeApi, sidsIn, startFakeApi } from '../support/fake-api.ts';

describe('Streams of a call', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  const URL = 'wss://ear.test/a?x=1';
  const post = (path: string, form: Readonly<Record<string, string>>) => api.request('POST', path, { form });

  it('begin with everything that was asked for', async () => {
    const { sid: callSid } = putCall(api);
    const path = `Calls/${callSid}/Streams.json`;
    const reply = await post(path, {
      Url: URL,
      Name: 'ear',
      Track: 'both_tracks',
      StatusCallback: 'http://app.test/s',
      StatusCallbackMethod: 'GET',
      'Parameter1.Name': 'a',
      'Parameter1.Value': '1',
      'Parameter99.Name': 'b',
      'Parameter100.Name': 'c',
    });
    assert.equal(reply.status, 201, reply.text);
    assert.deepEqual(api.streams.begun, [
      [
        callSid,
        {
          url: URL,
          name: 'ear',
          track: 'both_tracks',
          statusCallback: { url: 'http://app.test/s', method: 'GET' },
          parameters: { a: '1', b: '' },
        },
      ],
    ]);
    const sid = String(reply.json?.['sid']);
    const uri = `/2012-04-24/Accounts/${api.main.sid}/Calls/${callSid}/Streams/${sid}.json`;
    assert.deepEqual(reply.json, {
      sid,
      account_sid: api.main.sid,
      call_sid: callSid,
      name: 'ear',
      status: 'in-progress',
      direction: 'unidirectional',
      track: 'both_tracks',
      url: URL,
      error_code: null,
      date_created: 'Sat, 31 Jan 2026 12:00:00 +0000',
      date_updated: 'Sat, 31 Jan 2026 12:00:00 +0000',
      api_version: '2012-04-24',
      uri,
    });
    assert.deepEqual((await api.request('GET', uri)).json, reply.json);
  });

  it('have Twilio’s defaults', async () => {
    const { sid: callSid } = putCall(api);
    await post(`Calls/${callSid}/Streams.json`, { Url: URL });
    assert.deepEqual(api.streams.begun, [[callSid, { url: URL, track: 'inbound_track', parameters: {} }]]);
  });

  const WRONG: readonly (readonly [form: Readonly<Record<string, string>>, code: number])[] = [
    [{}, 31922],
    [{ Url: 'https://a.test/' }, 31922],
    [{ Url: '/relative' }, 31922],
    [{ Url: URL, Track: 'left' }, 31941],
    [{ Url: URL, Name: 'x'.repeat(257) }, 20001],
    [{ Url: URL, StatusCallback: 'ftp://x/' }, 21502],
    [{ Url: URL, 'Parameter1.Name': 'x', 'Parameter1.Value': 'y'.repeat(499) }, 20001],
  ];
  for (const [form, code] of WRONG) {
    it(`do not begin with ${JSON.stringify(form).slice(0, 60)}`, async () => {
      const { sid: callSid } = putCall(api);
      const reply = await post(`Calls/${callSid}/Streams.json`, form);
      assert.deepEqual([reply.status, reply.json?.['code']], [400, code], reply.text);
      assert.deepEqual(api.streams.begun, []);
    });
  }

  it('do not begin on a call that is not in progress, with a name that is taken, or over a limit', async () => {
    const { sid: callSid } = putCall(api);
    const path = `Calls/${callSid}/Streams.json`;
    const refusals = [
      ['not-in-progress', 21220],
      [{ code: 31943, message: 'taken' }, 31943],
      [{ code: 31944, message: 'too many' }, 31944],
      [{ code: 31942, message: 'cannot' }, 20001],
    ] as const;
    for (const [refusal, code] of refusals) {
      api.streams.refusal = refusal;
      const reply = await post(path, { Url: URL });
      assert.deepEqual([reply.status, reply.json?.['code']], [400, code]);
    }
  });

  it('stop by sid or by name, and once more without harm', async () => {
    const { sid: callSid } = putCall(api);
    const begun = await post(`Calls/${callSid}/Streams.json`, { Url: URL, Name: 'my ear' });
    const sid = String(begun.json?.['sid']);
    for (const path of [sid, 'my%20ear', sid]) {
      const reply = await post(`Calls/${callSid}/Streams/${path}.json`, { Status: 'stopped' });
      assert.deepEqual([reply.status, reply.json?.['status'], reply.json?.['sid']], [200, 'stopped', sid]);
    }
    const wrong = await post(`Calls/${callSid}/Streams/${sid}.json`, { Status: 'paused' });
    assert.deepEqual([wrong.status, wrong.json?.['code']], [400, 20001]);
  });

  it('are listed newest first, and belong to their call alone', async () => {
    const [one, other] = [putCall(api), putCall(api)];
    const path = `Calls/${one.sid}/Streams.json`;
    const first = await post(path, { Url: URL });
    await api.clock.advance(1000);
    const second = await post(path, { Url: URL });
    const sids = [second, first].map(({ json }) => String(json?.['sid']));
    assert.deepEqual(sidsIn(await api.request('GET', path), 'streams'), sids);
    assert.deepEqual(sidsIn(await api.request('GET', `Calls/${other.sid}/Streams.json`), 'streams'), []);
    assert.equal((await api.request('GET', `Calls/${other.sid}/Streams/${sids[0]}.json`)).status, 404);
    const strange = putCall(api, { accountSid: api.stranger.sid });
    assert.equal((await api.request('GET', `Calls/${strange.sid}/Streams.json`)).status, 404);
    assert.equal((await post(`Calls/${strange.sid}/Streams.json`, { Url: URL })).status, 404);
  });
});
