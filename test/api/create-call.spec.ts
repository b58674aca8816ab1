import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { CapacityError } from '../../src/api/ports.ts';
import type { ApiCallOrder } from '../../src/rcml/run/api-call-order.ts';
import { StoreUnavailableError } from '../../src/records/repositories.ts';
import { basic, type FakeApi, startFakeApi } from '../support/fake-api.ts';
import { waitUntil } from '../support/wait-until.ts';

const URL = 'http://app.example/voice?a=b';
const MINIMAL = { To: 'client:bob', From: '+15550001111', Url: URL };

type Form = Readonly<Record<string, string | readonly string[]>>;

describe('POST Calls', () => {
  let api: FakeApi;
  before(async () => {
    api = await startFakeApi();
  });
  after(() => api.close());
  afterEach(() => {
    api.calls.createError = undefined;
    api.calls.orders.length = 0;
    api.calls.started.length = 0;
  });

  async function orderOf(form: Form): Promise<ApiCallOrder> {
    const reply = await api.request('POST', 'Calls.json', { form });
    assert.equal(reply.status, 201, reply.text);
    const [order, ...more] = api.calls.orders;
    assert.ok(order !== undefined && more.length === 0);
    return order;
  }

  it('makes a call with the defaults of what is left out', async () => {
    assert.deepEqual(await orderOf(MINIMAL), {
      accountSid: api.main.sid,
      callee: { kind: 'client', name: 'bob' },
      headers: [],
      from: '+15550001111',
      document: { kind: 'url', url: URL, method: 'POST' },
      timeoutS: 60,
    });
  });

  const IGNORED: readonly (readonly [form: Form, ignored: readonly string[] | undefined])[] = [
    [{ CallReason: 'x', StatusCallbackUrl: 'x' }, ['CallReason', 'StatusCallbackUrl']],
    [{ RecordingConfigurationId: 'x', CallReason: 'x' }, ['RecordingConfigurationId', 'CallReason']],
    [{ CallReason: '', Trim: '' }, undefined],
    [{ 'a\n<b>': 'x', ['c'.repeat(100)]: 'x' }, ['a??b?', 'c'.repeat(64)]],
    [
      Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`X${index}`, 'x'])),
      [...Array.from({ length: 20 }, (_, index) => `X${index}`), '5 more'],
    ],
  ];
  for (const [form, ignored] of IGNORED) {
    it(`passes on which of ${Object.keys(form).length} parameters have no effect: ${Object.keys(form)[0]}`, async () => {
      assert.deepEqual((await orderOf({ ...MINIMAL, ...form })).ignored, ignored);
    });
  }

  it('replies with the queued call at once', async () => {
    const reply = await api.request('POST', 'Calls.json', { form: MINIMAL });
    const sid = String(reply.json?.['sid']);
    assert.match(sid, /^CA[0-9a-f]{32}$/);
    const uri = `/2012-04-24/Accounts/${api.main.sid}/Calls/${sid}`;
    assert.equal(reply.status, 201);
    assert.deepEqual(reply.json, {
      sid,
      date_created: 'Sat, 31 Jan 2026 12:00:00 +0000',
      date_updated: 'Sat, 31 Jan 2026 12:00:00 +0000',
      parent_call_sid: null,
      account_sid: api.main.sid,
      to: 'bob',
      to_formatted: 'bob',
      from: '+15550001111',
      from_formatted: '+15550001111',
      phone_number_sid: null,
      status: 'queued',
      start_time: null,
      end_time: null,
      duration: null,
      ring_duration: null,
      price: null,
      price_unit: null,
      direction: 'outbound-api',
      answered_by: null,
      api_version: '2012-04-24',
      forwarded_from: null,
      caller_name: null,
      group_sid: null,
      queue_time: null,
      trunk_sid: null,
      ended_by: null,
      end_cause: null,
      problem_count: 0,
      leg_count: 1,
      recording_count: 0,
      note: null,
      uri: `${uri}.json`,
      subresource_uris: {
        recordings: `${uri}/Recordings.json`,
        notifications: `${uri}/Notifications.json`,
        events: `${uri}/Events.json`,
        streams: `${uri}/Streams.json`,
      },
    });
  });

  const EFFECTS: readonly (readonly [form: Form, effect: Partial<ApiCallOrder>])[] = [
    [{ Method: 'get' }, { document: { kind: 'url', url: URL, method: 'GET' } }],
    [{ Url: '', Twiml: '<Response/>' }, { document: { kind: 'inline', text: '<Response/>' } }],
    [{ Url: '', Rcml: '<Response/>' }, { document: { kind: 'inline', text: '<Response/>' } }],
    [{ Twiml: '<Response/>' }, { document: { kind: 'url', url: URL, method: 'POST' } }],
    [
      { FallbackUrl: 'https://app.example/f' },
      { fallback: { url: 'https://app.example/f', method: 'POST' } },
    ],
    [
      { FallbackUrl: 'https://app.example/f', FallbackMethod: 'GET' },
      { fallback: { url: 'https://app.example/f', method: 'GET' } },
    ],
    [{ FallbackMethod: 'GET' }, {}],
    [
      { StatusCallback: 'http://app.example/s' },
      {
        statusCallback: {
          kind: 'leg',
          url: 'http://app.example/s',
          method: 'POST',
          events: ['initiated', 'ringing', 'answered', 'completed'],
        },
      },
    ],
    [
      {
        StatusCallback: 'http://app.example/s',
        StatusCallbackMethod: 'GET',
        StatusCallbackEvent: 'Completed ringing',
      },
      {
        statusCallback: {
          kind: 'leg',
          url: 'http://app.example/s',
          method: 'GET',
          events: ['ringing', 'completed'],
        },
      },
    ],
    [
      { StatusCallback: 'http://app.example/s', StatusCallbackEvent: ['answered', 'completed'] },
      {
        statusCallback: {
          kind: 'leg',
          url: 'http://app.example/s',
          method: 'POST',
          events: ['answered', 'completed'],
        },
      },
    ],
    [
      { StatusCallback: 'http://app.example/s', StatusCallbackEvents: 'initiated,answered' },
      {
        statusCallback: {
          kind: 'leg',
          url: 'http://app.example/s',
          method: 'POST',
          events: ['initiated', 'answered'],
        },
      },
    ],
    [{ StatusCallbackEvent: 'answered' }, {}],
    [{ Timeout: '5' }, { timeoutS: 5 }],
    [{ Timeout: '600' }, { timeoutS: 600 }],
    [{ TimeLimit: '90' }, { timeLimitS: 90 }],
    [{ SendDigits: 'wW12#a' }, { sendDigits: 'www12#A' }],
    [{ CallerId: 'client:alice' }, { callerId: 'alice' }],
    [
      { To: 'sip:bob@sip.example', SipAuthUsername: 'u', SipAuthPassword: 'p q' },
      {
        callee: { kind: 'sip', uri: 'sip:bob@sip.example' },
        credentials: { username: 'u', password: 'p q' },
      },
    ],
    [{ From: 'client:Alice' }, { from: 'Alice' }],
    [{ From: 'sip:alice@example.com' }, { from: 'alice' }],
    [{ From: '+1 (555) 000-1111' }, { from: '+15550001111' }],
    [{ Record: 'false' }, {}],
    [{ Record: 'true' }, { record: {} }],
    [
      { Record: 'true', RecordingStatusCallback: 'http://app.test/r' },
      { record: { statusCallback: { url: 'http://app.test/r', method: 'POST', events: ['completed'] } } },
    ],
    [
      {
        Record: 'true',
        RecordingStatusCallback: 'http://app.test/r',
        RecordingStatusCallbackMethod: 'get',
        RecordingStatusCallbackEvent: 'completed,in-progress',
      },
      {
        record: {
          statusCallback: { url: 'http://app.test/r', method: 'GET', events: ['in-progress', 'completed'] },
        },
      },
    ],
    [{ Unknown: 'x' }, { ignored: ['Unknown'] }],
    [
      { To: 'sip:bob@example.com?X-A=1' },
      { callee: { kind: 'sip', uri: 'sip:bob@example.com' }, headers: [['X-A', '1']] },
    ],
    [{ To: '+15551234567' }, { callee: { kind: 'number', number: '+15551234567' } }],
  ];

  for (const [form, effect] of EFFECTS) {
    it(`understands ${JSON.stringify(form)}`, async () => {
      const plain = await orderOf(MINIMAL);
      api.calls.orders.length = 0;
      assert.deepEqual(await orderOf({ ...MINIMAL, ...form }), { ...plain, ...effect });
    });
  }

  const UNENCODED: readonly (readonly [raw: string, callee: ApiCallOrder['callee'], from: string])[] = [
    ['To=+15551234567&From=+15550001111', { kind: 'number', number: '+15551234567' }, '+15550001111'],
    ['To=+1 (555) 123-4567&From=tel:+1555', { kind: 'number', number: '+15551234567' }, '+1555'],
    ['To=tel:+15551234567&From=+1555', { kind: 'number', number: '+15551234567' }, '+1555'],
    ['To=sip:+1555@pbx.example&From=sip:+1556@h', { kind: 'sip', uri: 'sip:+1555@pbx.example' }, '+1556'],
  ];
  for (const [raw, callee, from] of UNENCODED) {
    it(`takes curl -d "${raw}", whose pluses are not encoded`, async () => {
      const reply = await api.request('POST', 'Calls.json', { raw: `${raw}&CallerId=+1557&Url=${URL}` });
      assert.equal(reply.status, 201, reply.text);
      const [order] = api.calls.orders;
      assert.deepEqual([order?.callee, order?.from, order?.callerId], [callee, from, '+1557']);
    });
  }

  const REFUSED: readonly (readonly [form: Form, code: number, message: RegExp])[] = [
    [{ To: '' }, 21201, /^To is required$/],
    [{ To: 'bob' }, 21211, /^To must be client:name, a SIP address, or a phone number/],
    [
      { To: 'sip:bob@example.com;transport=ws' },
      21211,
      /^To must be a SIP address such as .*; this one asks for a transport that this installation does not have/,
    ],
    [{ To: 'sip:bob:pw@example.com' }, 21211, /this one has a colon in its user part/],
    [{ From: '' }, 21213, /^From is required$/],
    [{ From: 'a b' }, 21212, /^From must be a phone number, a name/],
    [{ CallerId: 'a"b' }, 21212, /^CallerId must be/],
    [{ Url: '' }, 21205, /^One of Url, ApplicationSid, Twiml and Rcml is required$/],
    [{ Url: 'ftp://app.example/' }, 21205, /^Url must be an absolute http or https URL/],
    [{ Url: '/voice' }, 21205, /^Url must be an absolute/],
    [{ Url: 'http://' }, 21205, /^Url must be an absolute/],
    [{ Url: 'http://app.example/\0' }, 21205, /^Url must be an absolute/],
    [{ Twiml: '<Response/>\0' }, 20001, /^Twiml must be/],
    [{ Url: `http://app.example/${'x'.repeat(2048)}` }, 21205, /at most 2048 characters/],
    [{ Method: 'PUT' }, 21209, /^Method must be GET or POST$/],
    [{ FallbackUrl: 'x' }, 21205, /^FallbackUrl must be/],
    [{ FallbackMethod: 'x' }, 21209, /^FallbackMethod must be GET or POST$/],
    [{ StatusCallback: 'x' }, 21502, /^StatusCallback must be an absolute/],
    [{ StatusCallbackMethod: 'x' }, 21209, /^StatusCallbackMethod must be GET or POST$/],
    [
      { StatusCallbackEvent: 'answered,gone' },
      21626,
      /^StatusCallbackEvent must be a list of initiated, ringing/,
    ],
    [{ StatusCallbackEvents: 'in-progress' }, 21626, /^StatusCallbackEvents must be a list/],
    [{ Timeout: '4' }, 21208, /^Timeout must be a whole number of seconds from 5 to 600$/],
    [{ Timeout: '601' }, 21208, /^Timeout/],
    [{ Timeout: '30.5' }, 21208, /^Timeout/],
    [{ TimeLimit: '0' }, 20001, /^TimeLimit must be a whole number of seconds from 1 to 86400$/],
    [{ SendDigits: '12x' }, 21206, /^SendDigits must be at most 64/],
    [{ Twiml: 'x'.repeat(4001) }, 20001, /^Twiml must be a document of at most 4000 characters$/],
    [{ Rcml: 'x'.repeat(4001) }, 20001, /^Rcml must be/],
    [{ Url: '', ApplicationSid: 'AP1' }, 21218, /^ApplicationSid must be AP and 32 hexadecimal digits$/],
    [
      { Url: '', ApplicationSid: `AP${'0'.repeat(32)}` },
      21218,
      /^ApplicationSid must name an application of this/,
    ],
    [{ Record: 'yes' }, 20001, /^Record must be true or false$/],
    [
      { Record: 'true', RecordingStatusCallback: 'http://app.test/r', RecordingStatusCallbackEvent: 'done' },
      21626,
      /^RecordingStatusCallbackEvent must be a list of in-progress, completed, absent$/,
    ],
    [
      { SipAuthUsername: 'u', SipAuthPassword: 'p' },
      20001,
      /^SipAuthUsername and SipAuthPassword are for SIP addresses only$/,
    ],
    [
      { To: 'sip:bob@sip.example', SipAuthUsername: 'u' },
      20001,
      /^SipAuthUsername and SipAuthPassword go together$/,
    ],
    [{ To: 'sip:bob@sip.example', SipAuthPassword: 'p' }, 20001, /go together$/],
    [{ SipAuthUsername: 'a b', SipAuthPassword: 'p' }, 20001, /^SipAuthUsername must be at most 64 letters/],
    [
      { SipAuthUsername: 'u', SipAuthPassword: 'a\nb' },
      20001,
      /^SipAuthPassword must be at most 128 characters, none of them a control character$/,
    ],
    [{ To: '', Timeout: '1' }, 21201, /^To is required; Timeout must be/],
  ];

  for (const [form, code, message] of REFUSED) {
    it(`refuses ${JSON.stringify(form).slice(0, 80)}`, async () => {
      const reply = await api.request('POST', 'Calls.json', { form: { ...MINIMAL, ...form } });
      const { message: said, ...rest } = reply.json ?? {};
      assert.match(String(said), message);
      assert.deepEqual(rest, { code, more_info: `https://www.twilio.com/docs/errors/${code}`, status: 400 });
      assert.equal(reply.status, 400);
      assert.deepEqual(api.calls.orders, []);
    });
  }

  it('takes the document of an application of the same account', async () => {
    const made = await api.request('POST', 'Applications.json', {
      form: { VoiceUrl: 'http://app.example/v' },
    });
    const applicationSid = String(made.json?.['sid']);
    const form = { To: 'client:bob', From: 'x', ApplicationSid: applicationSid, Twiml: '<Response/>' };
    assert.deepEqual((await orderOf(form)).document, { kind: 'application', applicationSid });
    const foreign = await api.request('POST', `/2012-04-24/Accounts/${api.sub.sid}/Calls.json`, { form });
    assert.equal(foreign.json?.['code'], 21218);
  });

  it('refuses an application without a VoiceUrl', async () => {
    const made = await api.request('POST', 'Applications.json', { form: {} });
    const form = { To: 'client:bob', From: 'x', ApplicationSid: String(made.json?.['sid']) };
    const reply = await api.request('POST', 'Calls.json', { form });
    assert.deepEqual([reply.status, reply.json?.['code']], [400, 21218]);
  });

  it('takes the same parameters as JSON', async () => {
    const json = {
      ...MINIMAL,
      Timeout: 30,
      StatusCallback: 'http://a.example/',
      StatusCallbackEvent: ['answered'],
    };
    const reply = await api.request('POST', 'Calls.json', { json });
    assert.equal(reply.status, 201, reply.text);
    assert.equal(api.calls.orders[0]?.timeoutS, 30);
    assert.deepEqual(api.calls.orders[0]?.statusCallback?.events, ['answered']);
  });

  it('refuses more calls than there is room for with 429 and the time to wait', async () => {
    api.calls.createError = new CapacityError('No more than 10 calls per second', 3);
    const reply = await api.request('POST', 'Calls.json', { form: MINIMAL });
    assert.deepEqual(
      [reply.status, reply.json?.['code'], reply.headers.get('retry-after')],
      [429, 20429, '3'],
    );
    assert.equal(reply.json?.['message'], 'No more than 10 calls per second');
  });

  it('says 503 when the call cannot be stored', async () => {
    api.calls.createError = new StoreUnavailableError(new Error('disk full'));
    const reply = await api.request('POST', 'Calls.json', { form: MINIMAL });
    assert.deepEqual(
      [reply.status, reply.json?.['code'], reply.headers.get('retry-after')],
      [503, 20503, '5'],
    );
    assert.deepEqual(api.calls.started, []);
  });

  it('starts to dial once, after the reply', async () => {
    const reply = await api.request('POST', 'Calls.json', { form: MINIMAL });
    await waitUntil('the call is dialled', () => api.calls.started.length > 0);
    assert.deepEqual(api.calls.started, [reply.json?.['sid']]);
  });

  it('dials even when the client has gone before the reply: the call was created', async () => {
    const create = api.calls.create.bind(api.calls);
    const gone = new Promise<void>((resolve) => {
      api.calls.create = async (order) => {
        request.destroy();
        await closed;
        resolve();
        return create(order);
      };
    });
    const request = httpRequest(`${api.url}/2012-04-24/Accounts/${api.main.sid}/Calls`, {
      method: 'POST',
      headers: {
        Authorization: basic(api.main.sid, api.main.authToken),
        'Content-Type': 'application/x-www-form-urlencoded',
      },
    });
    const closed = new Promise<void>((resolve) => {
      request.on('error', () => undefined).on('close', () => setImmediate(resolve));
    });
    request.end(new URLSearchParams(MINIMAL).toString());
    await gone;
    await waitUntil('the call is dialled', () => api.calls.started.length > 0);
    api.calls.create = create;
    assert.equal(api.calls.started.length, 1);
  });
});
