import assert from 'node:assert/strict';
import type { CallbackRecord } from '../../src/records/call-history.ts';
import { newSid } from '../../src/call/sids.ts';
import { NOON, putCallback } from '../support/api-records.ts';
import { type FakeApi, sidsIn, startFakeApi } from '../support/fake-api.ts';

const NOT_KNOWN = { wait: null, dns: null, connect: null, tls: null, first_byte: null, download: null };

describe('Callbacks', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  const put = (more: Partial<CallbackRecord> = {}) => putCallback(api, more);

  it('are read with every attempt, without digits and credentials', async () => {
    const callback = put({
      url: 'http://user:secret@app.example/gather?Digits=123&a=1',
      parameters: [
        ['Digits', '4711'],
        ['A', '1'],
        ['A', '2'],
      ],
      state: 'failed',
      failure: 'given up after 24 h',
      createdAt: NOON,
      settledAt: NOON + 9000,
      attempts: [
        { at: NOON + 1000, durationMs: 15, error: 'timeout: The request took too long' },
        {
          at: NOON + 2000,
          durationMs: 8,
          status: 500,
          responseHead: 'oops',
          timing: { dnsMs: 1, connectMs: 2, firstByteMs: 5 },
        },
      ],
    });
    const reply = await api.request('GET', `Callbacks/${callback.sid}.json`);
    assert.deepEqual(reply.json, {
      sid: callback.sid,
      account_sid: api.main.sid,
      call_sid: callback.callSid,
      state: 'failed',
      failure: 'given up after 24 h',
      url: 'http://app.example/gather?Digits=****&a=1',
      method: 'POST',
      parameters: { Digits: '****', A: ['1', '2'] },
      attempts: [
        {
          timestamp: '2026-01-15T12:00:01.000Z',
          request_duration: 15,
          response_code: null,
          error: 'timeout: The request took too long',
          response_body: null,
          timing: NOT_KNOWN,
        },
        {
          timestamp: '2026-01-15T12:00:02.000Z',
          request_duration: 8,
          response_code: 500,
          error: null,
          response_body: 'oops',
          timing: { ...NOT_KNOWN, dns: 1, connect: 2, first_byte: 5 },
        },
      ],
      api_version: '2012-04-24',
      date_created: 'Thu, 15 Jan 2026 12:00:00 +0000',
      date_settled: 'Thu, 15 Jan 2026 12:00:09 +0000',
      uri: `/2012-04-24/Accounts/${api.main.sid}/Callbacks/${callback.sid}.json`,
    });
    const xml = await api.request('GET', `Callbacks/${callback.sid}`);
    assert.match(xml.text, /<Attempts>\s*<Attempt>\s*<Timestamp>/);
    assert.doesNotMatch(xml.text, /4711|secret/);
  });

  it('are listed by call, state and URL, newest first, page by page', async () => {
    const callSid = newSid('CA');
    const one = put({ callSid, state: 'delivered' });
    const two = put({ callSid, url: 'http://other.example/' });
    const three = put({ state: 'failed' });
    put({ accountSid: api.stranger.sid, callSid });
    const list = async (query: string) =>
      sidsIn(await api.request('GET', `Callbacks.json?${query}`), 'callbacks');
    assert.deepEqual(await list(''), [three.sid, two.sid, one.sid]);
    assert.deepEqual(await list(`CallSid=${callSid}`), [two.sid, one.sid]);
    assert.deepEqual(await list('State=Failed'), [three.sid]);
    assert.deepEqual(await list('State=pending'), [two.sid]);
    assert.deepEqual(await list(`Url=${encodeURIComponent('http://other.example/')}`), [two.sid]);
    const first = await api.request('GET', 'Callbacks.json?PageSize=2');
    const next = await api.request('GET', String(first.json?.['next_page_uri']));
    assert.deepEqual(sidsIn(next, 'callbacks'), [one.sid]);
  });

  it('refuse a wrong filter', async () => {
    for (const query of ['State=late', 'CallSid=CA1']) {
      assert.equal((await api.request('GET', `Callbacks.json?${query}`)).status, 400);
    }
  });

  for (const method of ['POST', 'PUT']) {
    it(`go out again with ${method} Replay=true`, async () => {
      const { sid } = put({ state: 'failed', failure: 'x', settledAt: NOON });
      const reply = await api.request(method, `Callbacks/${sid}.json`, { form: { Replay: 'true' } });
      const { state, failure, date_settled: settled } = reply.json ?? {};
      assert.deepEqual([reply.status, state, failure, settled], [200, 'pending', null, null]);
    });
  }

  it('are not replayed without being asked to', async () => {
    const { sid } = put({ state: 'delivered' });
    for (const form of [{}, { Replay: 'false' }, { Replay: '' }]) {
      const reply = await api.request('POST', `Callbacks/${sid}.json`, { form });
      assert.deepEqual([reply.status, reply.json?.['code']], [400, 20001]);
    }
    assert.equal((await api.request('GET', `Callbacks/${sid}.json`)).json?.['state'], 'delivered');
  });
});
