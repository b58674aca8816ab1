import assert from 'node:assert/strict';
import type { CallNotification } from '../../src/call/journal-store.ts';
import { newSid } from '../../src/call/sids.ts';
import { NOON, putCall, putNotification } from '../support/api-records.ts';
import { type FakeApi, sidsIn, startFakeApi } from '../support/fake-api.ts';

describe('Notifications', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  const put = (more: Partial<CallNotification> = {}) => putNotification(api, more);
  const list = async (query: string) =>
    sidsIn(await api.request('GET', `Notifications.json?${query}`), 'notifications');

  it('say what went wrong where', async () => {
    const { sid, callSid } = put({
      requestUrl: 'http://u:p@app.example/voice',
      requestMethod: 'GET',
      responseBody: 'oops',
    });
    assert.deepEqual((await api.request('GET', `Notifications/${sid}.json`)).json, {
      sid,
      account_sid: api.main.sid,
      call_sid: callSid,
      api_version: '2012-04-24',
      log: 0,
      error_code: 11200,
      more_info: 'https://www.twilio.com/docs/errors/11200',
      message_text: 'The application server answered with status 500',
      message_date: 'Thu, 15 Jan 2026 12:00:00 +0000',
      request_url: 'http://app.example/voice',
      request_method: 'GET',
      response_body: 'oops',
      date_created: 'Thu, 15 Jan 2026 12:00:00 +0000',
      date_updated: 'Thu, 15 Jan 2026 12:00:00 +0000',
      uri: `/2012-04-24/Accounts/${api.main.sid}/Notifications/${sid}.json`,
    });
  });

  it('may be about no call', async () => {
    const { callSid: _, ...record } = put();
    api.repositories.notifications.rows.splice(0, 1, record);
    const { json } = await api.request('GET', `Notifications/${record.sid}.json`);
    assert.equal(json?.['call_sid'], null);
  });

  it('are listed newest first, by call, level, code and date', async () => {
    const one = put();
    const two = put({ at: NOON + 1000, level: 'warning', errorCode: 12100 });
    const three = put({ at: NOON + 86_400_000, callSid: one.callSid });
    assert.deepEqual(await list(''), [three.sid, two.sid, one.sid]);
    assert.deepEqual(await list(`CallSid=${one.callSid}`), [three.sid, one.sid]);
    assert.deepEqual(await list('Log=1'), [two.sid]);
    assert.deepEqual(await list('Log=0'), [three.sid, one.sid]);
    assert.deepEqual(await list('ErrorCode=12100'), [two.sid]);
    assert.deepEqual(await list('MessageDate=2026-01-15'), [two.sid, one.sid]);
    assert.deepEqual(await list('MessageDate%3E=2026-01-16'), [three.sid]);
    assert.equal((await api.request('GET', 'Notifications.json?Log=2')).status, 400);
  });

  it('are listed for one call', async () => {
    const { sid: callSid } = putCall(api);
    const one = put({ callSid });
    put();
    const reply = await api.request('GET', `Calls/${callSid}/Notifications.json`);
    assert.deepEqual(sidsIn(reply, 'notifications'), [one.sid]);
    assert.match(String(reply.json?.['uri']), /\/Calls\/CA[0-9a-f]{32}\/Notifications\.json\?Page=0/);
    assert.equal((await api.request('GET', `Calls/${newSid('CA')}/Notifications.json`)).status, 404);
    assert.equal((await api.request('GET', `Notifications/${newSid('NO')}.json`)).status, 404);
  });
});
