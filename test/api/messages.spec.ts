import assert from 'node:assert/strict';
import { newSid } from '../../src/call/sids.ts';
import { type FakeApi, sidsIn, startFakeApi } from '../support/fake-api.ts';

const VOICE = { voiceMethod: 'POST', voiceFallbackMethod: 'POST', statusCallbackMethod: 'POST' } as const;
const HELLO = { To: 'client:bob', From: '+15550100', Body: 'Hello, Grüße' };

describe('P/Messages', () => {
  let api: FakeApi;
  beforeEach(async () => {
    api = await startFakeApi();
    const { main, directory } = api;
    directory.numbers.push(
      { sid: newSid('PN'), accountSid: main.sid, phoneNumber: '+15550100', voice: VOICE },
      { sid: newSid('PN'), accountSid: api.stranger.sid, phoneNumber: '+15550199', voice: VOICE },
    );
    for (const login of ['alice', 'bob']) {
      directory.clients.push({ sid: newSid('CL'), accountSid: main.sid, login, voice: VOICE });
    }
  });
  afterEach(() => api.close());

  async function send(form: Readonly<Record<string, string>> = {}, path = 'Messages.json') {
    const reply = await api.request('POST', path, { form: { ...HELLO, ...form } });
    assert.equal(reply.status, 201, reply.text);
    await api.clock.advance(0);
    return reply.json ?? {};
  }

  async function read(sid: unknown) {
    return (await api.request('GET', `Messages/${String(sid)}.json`)).json ?? {};
  }

  const callbacks = () => api.repositories.messages.entries.flatMap((entry) => entry.callbacks ?? []);

  it('queues a message, and hands it to SIP after the reply', async () => {
    const date = 'Sat, 31 Jan 2026 12:00:00 +0000';
    const queued = await send();
    const { main } = api;
    const { sid } = queued;
    assert.deepEqual(queued, {
      sid,
      account_sid: main.sid,
      messaging_service_sid: null,
      call_sid: null,
      to: 'client:bob',
      from: '+15550100',
      body: 'Hello, Grüße',
      status: 'queued',
      direction: 'outbound-api',
      num_segments: '1',
      num_media: '0',
      error_code: null,
      error_message: null,
      price: null,
      price_unit: null,
      date_sent: null,
      date_created: date,
      date_updated: date,
      api_version: '2012-04-24',
      uri: `/2012-04-24/Accounts/${main.sid}/Messages/${String(sid)}.json`,
      subresource_uris: {},
    });
    const target = { kind: 'client', login: 'bob' };
    assert.deepEqual(api.messageSender.sent, [{ sid, target, from: '+15550100', body: 'Hello, Grüße' }]);
    assert.deepEqual(await read(sid), { ...queued, status: 'sent', date_sent: date });
  });

  it('is P/SMS/Messages too, as Restcomm calls it', async () => {
    const queued = await send({}, 'SMS/Messages.json');
    assert.equal(
      queued['uri'],
      `/2012-04-24/Accounts/${api.main.sid}/SMS/Messages/${String(queued['sid'])}.json`,
    );
    const listed = await api.request('GET', 'SMS/Messages.json');
    assert.deepEqual(sidsIn(listed, 'messages'), [queued['sid']]);
    assert.equal((await read(queued['sid']))['status'], 'sent');
  });

  it('sends from a client, to a SIP address and to a number', async () => {
    const trunkSid = newSid('TK');
    const rewritten = { stripDigits: 2, prependDigits: '00' };
    api.directory.addTrunk({ sid: newSid('TK'), accountSid: api.main.sid, ...rewritten });
    const trunk = { sid: trunkSid, accountSid: api.main.sid, messages: true, ...rewritten };
    api.directory.addTrunk(trunk, { prefix: '', priority: 20 });
    await send({ From: 'client:Alice', To: 'sip:desk@pbx.example' });
    await send({ To: '+49 30 1234' });
    const sent = api.messageSender.sent.map(({ target, from }) => ({ target, from }));
    assert.deepEqual(sent, [
      { target: { kind: 'sip', uri: 'sip:desk@pbx.example' }, from: 'alice' },
      { target: { kind: 'trunk', trunkSid, number: '00301234', tryTimeoutS: 5 }, from: '+15550100' },
    ]);
  });

  const FAILURES = [
    ['client:nobody', 21211, 'There is no client nobody'],
    ['+49301234', 21211, 'No trunk takes messages to +49301234'],
    [
      '+15550199',
      21211,
      '+15550199 is a number of this installation, which it cannot send messages to itself',
    ],
  ] as const;
  for (const [To, code, why] of FAILURES) {
    it(`fails to ${To}`, async () => {
      const { sid } = await send({ To });
      const { status, error_code, error_message, date_sent } = await read(sid);
      assert.deepEqual([status, error_code, error_message, date_sent], ['failed', code, why, null]);
      assert.deepEqual(api.messageSender.sent, []);
    });
  }

  it('fails as the sender says', async () => {
    api.messageSender.failure = { code: 30003, message: 'client:bob has no phone' };
    const { sid } = await send();
    const { status, error_code } = await read(sid);
    assert.deepEqual([status, error_code], ['failed', 30003]);
  });

  it('owes one callback, with the final state', async () => {
    const StatusCallback = 'http://app.test/sms';
    const sent = await send({ StatusCallback });
    api.messageSender.failure = { code: 30003, message: 'no phone' };
    const failed = await send({ StatusCallback, StatusCallbackMethod: 'GET' });
    const told = callbacks().map(({ sid: _sid, parameters, ...rest }) => ({
      ...rest,
      parameters: Object.fromEntries(parameters),
    }));
    const parameters = (sid: unknown, status: string) => ({
      MessageSid: sid,
      SmsSid: sid,
      AccountSid: api.main.sid,
      From: '+15550100',
      To: 'client:bob',
      MessageStatus: status,
      SmsStatus: status,
      ApiVersion: '2012-04-24',
      Timestamp: 'Sat, 31 Jan 2026 12:00:00 +0000',
    });
    const line = { accountSid: api.main.sid, url: StatusCallback, createdAt: api.clock.now() };
    assert.deepEqual(told, [
      { ...line, callSid: sent['sid'], method: 'POST', parameters: parameters(sent['sid'], 'sent') },
      {
        ...line,
        callSid: failed['sid'],
        method: 'GET',
        parameters: { ...parameters(failed['sid'], 'failed'), ErrorCode: '30003', ErrorMessage: 'no phone' },
      },
    ]);
  });

  const WRONG: readonly (readonly [form: Readonly<Record<string, string>>, code: number])[] = [
    [{ Body: '' }, 21602],
    [{ Body: 'x'.repeat(1601) }, 21617],
    [{ From: '' }, 21603],
    [{ To: '' }, 21604],
    [{ To: 'sip:a b@x' }, 21211],
    [{ To: 'sip:bob@pbx.example?X-A=1' }, 21211],
    [{ To: 'client:bob\r\nX-A: 1' }, 21211],
    [{ From: 'sip:desk@pbx.example' }, 21606],
    [{ From: '+15550199' }, 21606],
    [{ From: 'client:nobody' }, 21606],
    [{ StatusCallback: 'ftp://x/' }, 21502],
    [{ MediaUrl: 'http://x/a.png' }, 20001],
    [{ MessagingServiceSid: 'MG1' }, 20001],
    [{ ContentSid: 'HX1' }, 20001],
    [{ ScheduleType: 'fixed', SendAt: '2026-02-01T00:00:00Z' }, 20001],
  ];
  for (const [form, code] of WRONG) {
    it(`refuses ${JSON.stringify(form).slice(0, 60)}`, async () => {
      const reply = await api.request('POST', 'Messages.json', { form: { ...HELLO, ...form } });
      assert.deepEqual([reply.status, reply.json?.['code']], [400, code], reply.text);
      assert.deepEqual(api.repositories.messages.entries, []);
    });
  }

  it('takes a text of 1,600 characters', async () => {
    const Body = 'ü'.repeat(1600);
    assert.equal((await read((await send({ Body }))['sid']))['body'], Body);
  });

  it('sends ten in a second, and says when there may be more', async () => {
    for (let count = 0; count < 10; count += 1) await send();
    const reply = await api.request('POST', 'Messages.json', { form: HELLO });
    assert.deepEqual([reply.status, reply.headers.get('retry-after')], [429, '1']);
    await api.clock.advance(1000);
    await send();
    assert.equal(api.messageSender.sent.length, 11);
  });

  it('takes none while Asterisk cannot be reached', async () => {
    api.messageSender.isReachable = false;
    const reply = await api.request('POST', 'Messages.json', { form: HELLO });
    assert.deepEqual([reply.status, reply.json?.['code']], [503, 20503]);
  });

  it('is listed newest first, and by To, From and DateSent', async () => {
    const first = await send();
    await api.clock.advance(86_400_000);
    const second = await send({ From: 'client:alice' });
    const list = async (query: string) =>
      sidsIn(await api.request('GET', `Messages.json?${query}`), 'messages');
    assert.deepEqual(await list(''), [second['sid'], first['sid']]);
    assert.deepEqual(await list('From=client:alice'), [second['sid']]);
    assert.deepEqual(await list('From=%2B1+555+0100'), [first['sid']]);
    assert.deepEqual(await list('To=client:bob'), [second['sid'], first['sid']]);
    assert.deepEqual(await list('To=client:alice'), []);
    assert.deepEqual(await list('DateSent=2026-01-31'), [first['sid']]);
    assert.deepEqual(await list('DateSent>=2026-02-01'), [second['sid']]);
    assert.deepEqual(await list('PageSize=1&Page=1'), [first['sid']]);
  });

  it('loses its text, or is removed, once it is final', async () => {
    const { sid } = await send();
    const path = `Messages/${String(sid)}.json`;
    const kept = await api.request('POST', path, { form: { Body: 'other words' } });
    assert.deepEqual([kept.status, kept.json?.['code']], [400, 20001]);
    assert.equal((await api.request('POST', path, { form: {} })).status, 400);
    const emptied = await api.request('POST', path, { form: { Body: '' } });
    assert.deepEqual([emptied.status, emptied.json?.['body']], [200, '']);
    assert.equal((await read(sid))['body'], '');
    assert.equal((await api.request('DELETE', path)).status, 204);
    assert.equal((await api.request('GET', path)).status, 404);
  });

  it('stays as it is while it is being sent', async () => {
    let goOn = () => {};
    api.messageSender.held = new Promise((resolve) => {
      goOn = resolve;
    });
    const { sid } = await send();
    for (const [method, form] of [
      ['POST', { Body: '' }],
      ['DELETE', undefined],
    ] as const) {
      const reply = await api.request(
        method,
        `Messages/${String(sid)}.json`,
        form === undefined ? {} : { form },
      );
      assert.deepEqual([reply.status, reply.json?.['code']], [400, 20001]);
    }
    goOn();
    await api.clock.advance(0);
    assert.equal((await read(sid))['status'], 'sent');
  });

  it('belongs to its account alone', async () => {
    const { sid } = await send();
    const { stranger } = api;
    const path = `/2012-04-24/Accounts/${stranger.sid}/Messages/${String(sid)}.json`;
    assert.equal((await api.request('GET', path, { as: stranger })).status, 404);
  });
});
