import assert from 'node:assert/strict';
import type { CallRecord } from '../../src/records/repositories.ts';
import { newSid } from '../../src/call/sids.ts';
import { NOON, putCall, putCallback } from '../support/api-records.ts';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';

describe('Calls', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  const put = (more: Partial<CallRecord> = {}) => putCall(api, more);

  it('shows everything that is known of a finished call', async () => {
    const parentCallSid = newSid('CA');
    const phoneNumberSid = newSid('PN');
    const trunkSid = newSid('TK');
    const { sid } = put({
      parentCallSid,
      phoneNumberSid,
      trunkSid,
      direction: 'outbound-dial',
      callerName: 'Alice',
      forwardedFrom: '2000',
      startTime: NOON + 250,
      answerTime: NOON + 4000,
      endTime: NOON + 10_000,
      duration: 6,
      ringDuration: 4,
      dateUpdated: NOON + 10_000,
      endedBy: 'callee',
      endCause: '486 Busy Here',
      note: 'called back',
    });
    const reply = await api.request('GET', `Calls/${sid}.json`);
    const uri = `/2012-04-24/Accounts/${api.main.sid}/Calls/${sid}`;
    assert.deepEqual(reply.json, {
      sid,
      date_created: 'Thu, 15 Jan 2026 12:00:00 +0000',
      date_updated: 'Thu, 15 Jan 2026 12:00:10 +0000',
      parent_call_sid: parentCallSid,
      account_sid: api.main.sid,
      to: '1000',
      to_formatted: '1000',
      from: 'alice',
      from_formatted: 'alice',
      phone_number_sid: phoneNumberSid,
      status: 'completed',
      start_time: 'Thu, 15 Jan 2026 12:00:00 +0000',
      end_time: 'Thu, 15 Jan 2026 12:00:10 +0000',
      duration: '6',
      ring_duration: 4,
      price: null,
      price_unit: null,
      direction: 'outbound-dial',
      answered_by: null,
      api_version: '2012-04-24',
      forwarded_from: '2000',
      caller_name: 'Alice',
      group_sid: null,
      queue_time: '250',
      trunk_sid: trunkSid,
      ended_by: 'callee',
      end_cause: '486 Busy Here',
      problem_count: 0,
      leg_count: 1,
      recording_count: 0,
      note: 'called back',
      uri: `${uri}.json`,
      subresource_uris: {
        recordings: `${uri}/Recordings.json`,
        notifications: `${uri}/Notifications.json`,
        events: `${uri}/Events.json`,
        streams: `${uri}/Streams.json`,
      },
    });
  });

  describe('changing one', () => {
    for (const method of ['POST', 'PUT']) {
      it(`ends it with ${method} Status=completed`, async () => {
        const { sid } = put({ status: 'in-progress' });
        const reply = await api.request(method, `Calls/${sid}.json`, { form: { Status: 'completed' } });
        assert.deepEqual([reply.status, reply.json?.['sid']], [200, sid]);
        assert.deepEqual(api.calls.ended, [[api.main.sid, sid, 'completed']]);
      });
    }

    it('cancels it with Status=Canceled, in any case', async () => {
      const { sid } = put({ status: 'queued' });
      await api.request('POST', `Calls/${sid}.json`, { form: { Status: 'Canceled' } });
      assert.deepEqual(api.calls.ended, [[api.main.sid, sid, 'canceled']]);
    });

    const REPLIES = [
      ['not-found', 404, 20404, /^Call CA[0-9a-f]{32} was not found$/],
      ['already-over', 400, 21220, /the call is over$/],
      ['not-cancelable', 400, 21220, /only while the call is queued or ringing/],
    ] as const;
    for (const [outcome, status, code, message] of REPLIES) {
      it(`says so when the call is ${outcome}`, async () => {
        const { sid } = put();
        api.calls.endReply = outcome;
        const reply = await api.request('POST', `Calls/${sid}.json`, { form: { Status: 'canceled' } });
        assert.deepEqual([reply.status, reply.json?.['code']], [status, code]);
        assert.match(String(reply.json?.['message']), message);
      });
    }
  });

  it('removes a finished call', async () => {
    const { sid } = put({ status: 'no-answer' });
    const reply = await api.request('DELETE', `Calls/${sid}.json`);
    assert.deepEqual([reply.status, reply.text], [204, '']);
    assert.equal((await api.request('GET', `Calls/${sid}.json`)).status, 404);
  });

  for (const status of ['queued', 'ringing', 'in-progress'] as const) {
    it(`does not remove a call that is ${status}`, async () => {
      const { sid } = put({ status });
      const reply = await api.request('DELETE', `Calls/${sid}.json`);
      assert.deepEqual([reply.status, reply.json?.['code']], [400, 21220]);
      assert.equal((await api.request('GET', `Calls/${sid}.json`)).status, 200);
    });
  }

  it('shows its timeline: what happened, and every attempt of every callback, in order', async () => {
    const { sid } = put();
    const { events } = api.repositories.timeline;
    events.push({ id: 1, callSid: sid, at: NOON, kind: 'state', data: { status: 'ringing' } });
    events.push({ id: 2, callSid: sid, at: NOON + 3000, kind: 'state', data: { status: 'completed' } });
    const callback = putCallback(api, {
      callSid: sid,
      url: 'http://app.example/s',
      parameters: [
        ['CallSid', sid],
        ['A', '1'],
        ['A', '2'],
      ],
      state: 'delivered',
      createdAt: NOON,
      attempts: [
        { at: NOON + 1000, durationMs: 15, error: 'timeout' },
        { at: NOON + 2000, durationMs: 8, status: 200, responseHead: 'ok' },
      ],
    });
    const reply = await api.request('GET', `Calls/${sid}/Events.json`);
    const state = (n: string, at: string, status: string) => ({
      n,
      call_sid: sid,
      timestamp: at,
      kind: 'state',
      data: { status },
      request: null,
      response: null,
    });
    const attempt = (at: string, number: number, response: object) => ({
      n: `${callback.sid}.${number}`,
      call_sid: sid,
      timestamp: at,
      kind: 'callback',
      data: { sid: callback.sid, state: 'delivered', attempt: number },
      request: {
        url: 'http://app.example/s',
        method: 'POST',
        parameters: { CallSid: sid, A: ['1', '2'] },
      },
      response,
    });
    assert.deepEqual(reply.json?.['events'], [
      state('1', '2026-01-15T12:00:00.000Z', 'ringing'),
      attempt('2026-01-15T12:00:01.000Z', 1, {
        response_code: null,
        error: 'timeout',
        request_duration: 15,
        response_body: null,
      }),
      attempt('2026-01-15T12:00:02.000Z', 2, {
        response_code: 200,
        error: null,
        request_duration: 8,
        response_body: 'ok',
      }),
      state('2', '2026-01-15T12:00:03.000Z', 'completed'),
    ]);
    assert.equal((await api.request('GET', `Calls/${sid}/Events`)).status, 200);
  });

  it('shows document requests with request and reply, without digits, tokens and credentials', async () => {
    const { sid } = put();
    api.repositories.timeline.events.push(
      {
        id: 1,
        callSid: sid,
        at: NOON,
        kind: 'verb',
        data: { name: 'Dial', sendDigits: '12w3', n: [{ Token: 'x' }] },
      },
      {
        id: 2,
        callSid: sid,
        at: NOON + 1,
        kind: 'document',
        data: {
          reason: 'action',
          url: 'http://u:p@app.example/a',
          method: 'POST',
          status: 200,
          durationMs: 12,
          contentType: 'text/xml',
          characters: 40,
          parameters: { Digits: '123', CallSid: sid },
        },
      },
      {
        id: 3,
        callSid: sid,
        at: NOON + 2,
        kind: 'document',
        data: {
          reason: 'redirect',
          url: 'http://app.example/b',
          method: 'GET',
          durationMs: 5,
          errorCode: 11205,
          message: 'refused',
        },
      },
    );
    const reply = await api.request('GET', `Calls/${sid}/Events.json?PageSize=3`);
    const [verb, document, failure] = (reply.json?.['events'] ?? []) as Record<string, unknown>[];
    assert.deepEqual(verb?.['data'], { name: 'Dial', sendDigits: '****', n: [{ Token: '****' }] });
    assert.deepEqual(
      [document?.['data'], document?.['request'], document?.['response']],
      [
        { reason: 'action', contentType: 'text/xml', characters: 40 },
        { url: 'http://app.example/a', method: 'POST', parameters: { Digits: '****', CallSid: sid } },
        { response_code: 200, error: null, request_duration: 12, response_body: null },
      ],
    );
    assert.deepEqual(
      [failure?.['data'], failure?.['response']],
      [
        { reason: 'redirect', errorCode: 11205 },
        { response_code: null, error: 'refused', request_duration: 5, response_body: null },
      ],
    );
  });

  it('shows a long timeline page by page', async () => {
    const { sid } = put();
    for (let id = 1; id <= 5; id += 1) {
      api.repositories.timeline.events.push({
        id,
        callSid: sid,
        at: NOON + id,
        kind: 'notice',
        data: { id },
      });
    }
    const seen: unknown[] = [];
    for (let uri: unknown = `Calls/${sid}/Events.json?PageSize=2`; typeof uri === 'string'; ) {
      const { json } = await api.request('GET', uri);
      seen.push(...((json?.['events'] ?? []) as { data: { id: number } }[]).map(({ data }) => data.id));
      uri = json?.['next_page_uri'];
    }
    assert.deepEqual(seen, [1, 2, 3, 4, 5]);
  });
});
