import assert from 'node:assert/strict';
import type { CallChange } from '../../src/api/ports.ts';
import type { CallRecord } from '../../src/records/repositories.ts';
import { newSid } from '../../src/call/sids.ts';
import { putCall } from '../support/api-records.ts';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';

const APP = 'http://app.example/next';
const RCML = '<Response><Hangup/></Response>';

type Form = Readonly<Record<string, string>>;

describe('Changing a live call', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
  });
  afterEach(() => api.close());

  const put = (more: Partial<CallRecord> = {}) => putCall(api, { status: 'in-progress', ...more });

  const change = (sid: string, form: Form) => api.request('POST', `Calls/${sid}.json`, { form });

  const CHANGES: readonly (readonly [Form, CallChange])[] = [
    [{ Url: APP }, { document: { kind: 'url', url: APP, method: 'POST' }, moveConnected: false }],
    [
      { Url: APP, Method: 'get', FallbackUrl: `${APP}/f`, FallbackMethod: 'GET' },
      {
        document: { kind: 'url', url: APP, method: 'GET' },
        fallback: { url: `${APP}/f`, method: 'GET' },
        moveConnected: false,
      },
    ],
    [
      { Twiml: RCML, MoveConnectedCallLeg: 'true', FallbackUrl: APP },
      {
        document: { kind: 'inline', text: RCML },
        fallback: { url: APP, method: 'POST' },
        moveConnected: true,
      },
    ],
    [{ Rcml: RCML }, { document: { kind: 'inline', text: RCML }, moveConnected: false }],
    [
      { Url: APP, Twiml: RCML },
      { document: { kind: 'url', url: APP, method: 'POST' }, moveConnected: false },
    ],
    [{ Mute: 'true' }, { moveConnected: false, mute: true }],
    [{ Mute: 'False' }, { moveConnected: false, mute: false }],
    [
      { Mute: 'true', TimeLimit: '60' },
      { moveConnected: false, mute: true, ignored: ['TimeLimit'] },
    ],
    [
      { StatusCallback: APP, StatusCallbackMethod: 'GET' },
      { moveConnected: false, statusCallback: { url: APP, method: 'GET' } },
    ],
    [
      { Url: APP, Mute: 'true', StatusCallback: APP },
      {
        document: { kind: 'url', url: APP, method: 'POST' },
        moveConnected: false,
        mute: true,
        statusCallback: { url: APP, method: 'POST' },
      },
    ],
  ];
  for (const [form, expected] of CHANGES) {
    it(`understands ${Object.keys(form).join(', ')}`, async () => {
      const { sid } = put();
      const reply = await change(sid, form);
      assert.deepEqual([reply.status, reply.json?.['sid']], [200, sid]);
      assert.deepEqual(api.calls.modified, [[api.main.sid, sid, expected]]);
      assert.deepEqual(api.calls.ended, []);
    });
  }

  it('sets a status callback before it ends the call', async () => {
    const { sid } = put();
    assert.equal((await change(sid, { Status: 'completed', StatusCallback: APP })).status, 200);
    const statusCallback = { url: APP, method: 'POST' };
    assert.deepEqual(api.calls.modified, [[api.main.sid, sid, { moveConnected: false, statusCallback }]]);
    assert.deepEqual(api.calls.ended, [[api.main.sid, sid, 'completed']]);
  });

  const REFUSED: readonly (readonly [Form, number, RegExp])[] = [
    [
      {},
      20001,
      /^One of Status \(completed or canceled\), Url, Twiml or Rcml, Mute, StatusCallback and Note is req/,
    ],
    [{ Status: '' }, 20001, /^One of Status/],
    [{ MoveConnectedCallLeg: 'false' }, 20001, /^One of Status/],
    [{ Status: 'ringing' }, 20001, /^Status must be one of completed, canceled$/],
    [{ Url: 'ftp://app.example' }, 21205, /^Url must be/],
    [{ Url: APP, Method: 'PUT' }, 21209, /^Method must be GET or POST$/],
    [{ Twiml: 'x'.repeat(4001) }, 20001, /^Twiml must be a document of at most 4000 characters$/],
    [{ Mute: 'maybe' }, 20001, /^Mute must be true or false$/],
    [{ StatusCallback: 'x' }, 21502, /^StatusCallback must be/],
    [{ Mute: 'true', Method: 'GET' }, 20001, /^Method needs Url$/],
    [{ Twiml: RCML, Method: 'GET' }, 20001, /^Method needs Url$/],
    [{ Mute: 'true', FallbackUrl: APP }, 20001, /^FallbackUrl needs Url, Twiml or Rcml$/],
    [{ Url: APP, FallbackMethod: 'GET' }, 20001, /^FallbackMethod needs FallbackUrl$/],
    [{ Url: APP, StatusCallbackMethod: 'GET' }, 20001, /^StatusCallbackMethod needs StatusCallback$/],
    [
      { Mute: 'true', MoveConnectedCallLeg: 'true' },
      20001,
      /^MoveConnectedCallLeg needs Url, Twiml or Rcml$/,
    ],
    [{ Status: 'completed', Url: APP }, 20001, /^Status and Url, Twiml or Rcml cannot be changed in one req/],
    [{ Status: 'completed', Mute: 'true' }, 20001, /^Status and Mute cannot be changed in one request$/],
  ];
  for (const [form, code, message] of REFUSED) {
    it(`refuses ${JSON.stringify(form).slice(0, 80)}`, async () => {
      const reply = await change(put().sid, form);
      assert.deepEqual([reply.status, reply.json?.['code']], [400, code]);
      assert.match(String(reply.json?.['message']), message);
      assert.deepEqual([api.calls.modified, api.calls.ended], [[], []]);
    });
  }

  it('says that a finished call is over, with code 21220', async () => {
    const { sid } = put({ status: 'completed' });
    api.calls.modifyReply = 'already-over';
    const reply = await change(sid, { Url: APP });
    assert.deepEqual([reply.status, reply.json?.['code']], [400, 21220]);
    assert.equal(reply.json?.['message'], `Call ${sid} cannot be changed: the call is over`);
  });

  it('does not know a call that is not there, whatever is wrong in the form', async () => {
    for (const form of [{ Url: APP }, { Url: 'nonsense' }, {}]) {
      const reply = await change(newSid('CA'), form);
      assert.deepEqual([reply.status, reply.json?.['code']], [404, 20404]);
    }
    assert.deepEqual(api.calls.modified, []);
  });

  it('makes two changes of one call that race 200 times one after another, each answered with the truth', async () => {
    const record = put();
    let running = 0;
    let most = 0;
    api.calls.modify = async (accountSid, callSid, asked) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      const now = await api.repositories.calls.find(accountSid, callSid);
      if (now?.status === 'completed') return 'already-over';
      if (asked.mute === true) api.repositories.calls.put({ ...record, status: 'completed' });
      return 'modified';
    };
    for (let round = 0; round < 200; round += 1) {
      api.repositories.calls.put(record);
      const replies = await Promise.all([
        change(record.sid, { Mute: 'true' }),
        change(record.sid, { Url: APP }),
      ]);
      const [over, moved] = replies.map(({ status, json }) => [status, json?.['status'], json?.['code']]);
      assert.deepEqual(over, [200, 'completed', undefined]);
      // Which comes first is chance; either answer says how the call is.
      assert.ok(moved?.[0] === 200 || moved?.[2] === 21220, JSON.stringify(moved));
    }
    assert.equal(most, 1);
  });

  it('goes on with the next change when one has failed', async () => {
    const { sid } = put();
    const modify = api.calls.modify.bind(api.calls);
    api.calls.modify = async () => {
      api.calls.modify = modify;
      throw new Error('a mistake');
    };
    assert.equal((await change(sid, { Mute: 'true' })).status, 500);
    assert.equal((await change(sid, { Mute: 'true' })).status, 200);
  });
});
