import assert from 'node:assert/strict';
import twilio from 'twilio';
import { newCallSchema } from '../../src/api/calls/schema.ts';
import { compile } from '../../src/rcml/document/compile.ts';
import { newSid } from '../../src/call/sids.ts';
import { NOON, putConference, putRecording } from '../support/api-records.ts';
import { type FakeApi, startFakeApi } from '../support/fake-api.ts';
import { twilioClient } from '../support/twilio-client.ts';

describe('Twilio’s client library', () => {
  let api: FakeApi;
  let client: ReturnType<typeof twilio>;
  beforeEach(async () => {
    api = await startFakeApi();
    client = twilioClient(api.url, api.main.sid, api.main.authToken);
  });
  afterEach(() => api.close());

  it('creates, reads, lists, ends and removes calls', async () => {
    const call = await client.calls.create({
      to: 'client:bob',
      from: '+15550001111',
      url: 'http://app.example/voice',
      statusCallback: 'http://app.example/status',
      statusCallbackEvent: ['ringing', 'completed'],
      timeout: 20,
    });
    assert.equal(call.status, 'queued');
    assert.deepEqual(call.dateCreated, new Date(api.clock.now()));
    assert.equal(call.startTime, null);
    const [order] = api.calls.orders;
    assert.deepEqual(order?.statusCallback?.events, ['ringing', 'completed']);
    assert.equal(order?.timeoutS, 20);

    assert.equal((await client.calls(call.sid).fetch()).to, 'bob');
    assert.equal((await client.calls(call.sid).update({ status: 'completed' })).sid, call.sid);
    assert.deepEqual(api.calls.ended, [[api.main.sid, call.sid, 'completed']]);

    const record = await api.repositories.calls.find(api.main.sid, call.sid);
    assert.ok(record !== undefined);
    api.repositories.calls.put({ ...record, status: 'completed', startTime: api.clock.now(), duration: 3 });
    const [listed, ...more] = await client.calls.list({
      status: 'completed',
      startTimeAfter: new Date(api.clock.now() - 60_000),
      startTimeBefore: new Date(api.clock.now() + 60_000),
    });
    assert.deepEqual([listed?.sid, listed?.duration, more.length], [call.sid, '3', 0]);
    assert.deepEqual(listed?.startTime, new Date(api.clock.now()));
    assert.deepEqual(await client.calls.list({ startTimeAfter: new Date(api.clock.now() + 60_000) }), []);
    assert.equal(await client.calls(call.sid).remove(), true);
  });

  it('is told what of a call’s parameters has no effect here: all that the library has and we have not', async () => {
    const read = new Set<string>();
    const all = new Proxy(
      { to: 'client:bob', from: '1000', twiml: '<Response/>' },
      {
        get: (target, name) => {
          if (typeof name === 'string') read.add(name);
          return Reflect.get(target, name) as unknown;
        },
      },
    );
    await client.calls.create(all);
    const known = Object.keys(newCallSchema.shape);
    const unknown = [...read].filter(
      (name) => !known.includes(name.replace(/^./, (letter) => letter.toUpperCase())),
    );
    await client.calls.create({ ...all, ...Object.fromEntries(unknown.map((name) => [name, 'x'])) });
    assert.deepEqual(
      api.calls.orders.map(({ ignored }) => ignored?.toSorted()),
      [
        undefined,
        ['Byoc', 'CallReason', 'CallToken', 'ClientNotificationUrl', 'Passports', 'RecordingConfigurationId'],
      ],
    );
  });

  it('goes through all pages', async () => {
    for (let count = 0; count < 5; count += 1) {
      await client.calls.create({ to: `client:bob${count}`, from: 'x', twiml: '<Response/>' });
      await api.clock.advance(1000);
    }
    const calls = await client.calls.list({ pageSize: 2 });
    assert.deepEqual(
      calls.map((call) => call.to),
      ['bob4', 'bob3', 'bob2', 'bob1', 'bob0'],
    );
  });

  it('creates, changes, lists and removes numbers', async () => {
    const number = await client.incomingPhoneNumbers.create({
      phoneNumber: '+15551234567',
      voiceUrl: 'http://app.example/voice',
    });
    assert.deepEqual([number.phoneNumber, number.voiceMethod], ['+15551234567', 'POST']);
    const changed = await client.incomingPhoneNumbers(number.sid).update({ friendlyName: 'Hotline' });
    assert.deepEqual([changed.friendlyName, changed.voiceUrl], ['Hotline', 'http://app.example/voice']);
    const listed = await client.incomingPhoneNumbers.list({ phoneNumber: '+15551234567' });
    assert.deepEqual(
      listed.map(({ sid, dateCreated }) => [sid, dateCreated]),
      [[number.sid, new Date(api.clock.now())]],
    );
    assert.equal(await client.incomingPhoneNumbers(number.sid).remove(), true);
    assert.deepEqual(await client.incomingPhoneNumbers.list(), []);
  });

  it('creates applications and reads its account', async () => {
    const application = await client.applications.create({
      friendlyName: 'App',
      voiceUrl: 'http://a.example/',
    });
    assert.equal((await client.applications(application.sid).fetch()).voiceUrl, 'http://a.example/');
    assert.equal((await client.api.v2010.accounts(api.main.sid).fetch()).friendlyName, 'main@example.com');
  });

  it('moves a live call to another document, and hears that a finished one is over', async () => {
    const { sid } = await client.calls.create({ to: 'client:bob', from: 'x', twiml: '<Response/>' });
    await client.calls(sid).update({ url: 'http://app.example/next', method: 'GET' });
    await client.calls(sid).update({ twiml: new twilio.twiml.VoiceResponse().toString() });
    assert.deepEqual(
      api.calls.modified.map(([, , change]) => change.document),
      [
        { kind: 'url', url: 'http://app.example/next', method: 'GET' },
        { kind: 'inline', text: '<?xml version="1.0" encoding="UTF-8"?><Response/>' },
      ],
    );
    api.calls.modifyReply = 'already-over';
    const late = client.calls(sid).update({ twiml: '<Response/>' });
    await assert.rejects(late, (error) => {
      assert.ok(error instanceof twilio.RestException);
      assert.deepEqual([error.status, error.code], [400, 21220]);
      return true;
    });
  });

  it('creates, changes, lists and removes applications', async () => {
    const { sid } = await client.applications.create({ friendlyName: 'One' });
    const changed = await client
      .applications(sid)
      .update({ voiceUrl: 'http://a.example/', voiceMethod: 'GET' });
    assert.deepEqual([changed.friendlyName, changed.voiceMethod], ['One', 'GET']);
    assert.deepEqual(
      (await client.applications.list({ friendlyName: 'One' })).map((one) => one.sid),
      [sid],
    );
    assert.equal(await client.applications(sid).remove(), true);
    await assert.rejects(client.applications(sid).fetch(), { status: 404, code: 20404 });
  });

  it('creates, lists, suspends and closes sub-accounts, and acts as one', async () => {
    const account = await client.api.v2010.accounts.create({ friendlyName: 'Branch' });
    assert.deepEqual([account.status, account.ownerAccountSid], ['active', api.main.sid]);
    const own = twilioClient(api.url, account.sid, account.authToken);
    await own.calls.create({ to: 'client:bob', from: 'x', twiml: '<Response/>' });
    assert.equal((await client.api.v2010.accounts(account.sid).calls.list()).length, 1);
    const named = await client.api.v2010.accounts.list({ friendlyName: 'Branch', status: 'active' });
    assert.deepEqual(
      named.map(({ sid }) => sid),
      [account.sid],
    );
    assert.equal((await client.api.v2010.accounts.list()).length, 3);
    const suspended = await client.api.v2010.accounts(account.sid).update({ status: 'suspended' });
    assert.equal(suspended.status, 'suspended');
    await assert.rejects(own.calls.list(), { status: 403, code: 20005 });
    assert.equal(
      (await client.api.v2010.accounts(account.sid).update({ status: 'closed' })).status,
      'closed',
    );
    await assert.rejects(own.api.v2010.accounts(api.main.sid).fetch(), { status: 403 });
  });

  it('lists, reads and removes recordings', async () => {
    const { sid, callSid } = putRecording(api);
    const [listed, ...more] = await client.recordings.list({ callSid });
    assert.deepEqual([listed?.sid, listed?.duration, more.length], [sid, '4', 0]);
    assert.deepEqual((await client.recordings(sid).fetch()).dateCreated, new Date(NOON));
    assert.equal(await client.recordings(sid).remove(), true);
    await assert.rejects(client.recordings(sid).fetch(), { status: 404 });
  });

  it('lists and reads conferences, and calls somebody into one', async () => {
    const { sid } = await putConference(api, { friendlyName: 'daily', status: 'in-progress' });
    const [listed, ...more] = await client.conferences.list({ status: 'in-progress', friendlyName: 'daily' });
    assert.deepEqual([listed?.sid, more.length], [sid, 0]);
    assert.equal((await client.conferences(sid).fetch()).friendlyName, 'daily');
    const participant = await client
      .conferences(sid)
      .participants.create({ from: '1000', to: 'client:bob', muted: true });
    assert.deepEqual([participant.muted, participant.conferenceSid], [true, sid]);
    assert.deepEqual(await client.conferences(sid).participants.list(), []);
    await assert.rejects(client.conferences(sid).participants(newSid('CA')).fetch(), { status: 404 });
  });

  it('makes, lists, changes and removes queues, and takes members', async () => {
    const made = await client.queues.create({ friendlyName: 'support', maxSize: 10 });
    assert.deepEqual([made.currentSize, made.maxSize, made.averageWaitTime], [0, 10, 0]);
    assert.deepEqual(made.dateCreated, new Date(api.clock.now()));
    const [first, second] = [newSid('CA'), newSid('CA')];
    for (const callSid of [first, second]) {
      await api.queues.join({ accountSid: api.main.sid, callSid, name: 'support' });
    }
    const queue = client.queues(made.sid);
    assert.equal((await queue.update({ maxSize: 20 })).maxSize, 20);
    const members = await queue.members.list();
    assert.deepEqual(
      members.map(({ callSid, position, dateEnqueued }) => [callSid, position, dateEnqueued]),
      [
        [first, 1, new Date(api.clock.now())],
        [second, 2, new Date(api.clock.now())],
      ],
    );
    const front = await queue.members('Front').update({ url: 'http://app.example/agent', method: 'GET' });
    assert.equal(front.callSid, first);
    assert.equal((await queue.members(second).fetch()).position, 1);
    const [listed, ...more] = await client.queues.list();
    assert.deepEqual([listed?.currentSize, more.length], [1, 0]);
    await assert.rejects(queue.remove(), { status: 400 });
    assert.equal(await client.queues((await client.queues.create({ friendlyName: 'x' })).sid).remove(), true);
  });

  it('sends, reads, lists, empties and removes messages', async () => {
    const voice = { voiceMethod: 'POST', voiceFallbackMethod: 'POST', statusCallbackMethod: 'POST' } as const;
    const number = { sid: newSid('PN'), accountSid: api.main.sid, phoneNumber: '+15550100', voice };
    api.directory.numbers.push(number);
    const order = { to: 'sip:desk@pbx.example', from: '+15550100', body: 'Hello' };
    const message = await client.messages.create({ ...order, statusCallback: 'http://app.example/sms' });
    assert.deepEqual([message.status, message.numSegments, message.dateSent], ['queued', '1', null]);
    const sent = await client.messages(message.sid).fetch();
    assert.deepEqual([sent.status, sent.direction, sent.body], ['sent', 'outbound-api', 'Hello']);
    assert.deepEqual(sent.dateSent, new Date(api.clock.now()));
    const dateSentAfter = new Date(api.clock.now() - 60_000);
    const listed = await client.messages.list({ from: '+15550100', dateSentAfter });
    assert.deepEqual(
      listed.map(({ sid }) => sid),
      [message.sid],
    );
    assert.equal((await client.messages(message.sid).update({ body: '' })).body, '');
    assert.equal(await client.messages(message.sid).remove(), true);
    const scheduled = { ...order, scheduleType: 'fixed' as const, sendAt: new Date(api.clock.now()) };
    await assert.rejects(client.messages.create(scheduled), {
      status: 400,
      code: 20001,
      message: /ScheduleType/,
    });
    assert.equal(api.messageSender.sent.length, 1);
  });

  it('writes documents that put callers into queues and take them out, without a warning', () => {
    const waiting = new twilio.twiml.VoiceResponse();
    waiting.enqueue({ action: '/out', waitUrl: '/wait', waitUrlMethod: 'GET', maxQueueSize: 5 }, 'support');
    const inside = new twilio.twiml.VoiceResponse();
    inside.leave();
    const agent = new twilio.twiml.VoiceResponse();
    agent.dial({ action: '/dialled' }).queue({ url: '/whisper', method: 'GET' }, 'support');
    for (const document of [waiting, inside, agent]) {
      const source = { text: document.toString(), contentType: 'text/xml', url: 'http://app.example/' };
      assert.deepEqual(compile(source).warnings, []);
    }
  });

  it('sees errors with their code, status and words', async () => {
    const bad = client.calls.create({ to: 'client:bob', from: 'x', url: 'ftp://app.example' });
    await assert.rejects(bad, (error) => {
      assert.ok(error instanceof twilio.RestException);
      const { status, code, message, moreInfo } = error;
      assert.deepEqual([status, code, moreInfo], [400, 21205, 'https://www.twilio.com/docs/errors/21205']);
      assert.match(message, /^Url must be an absolute http or https URL/);
      return true;
    });
    const wrong = twilioClient(api.url, api.main.sid, 'wrong');
    await assert.rejects(wrong.calls.list(), { status: 401, code: 20003 });
  });
});
