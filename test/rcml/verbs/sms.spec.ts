import assert from 'node:assert/strict';
import type { MessageRecord } from '../../../src/call/message/message-record.ts';
import { newSid } from '../../../src/call/sids.ts';
import { resumeCall } from '../../../src/rcml/run/resume-call.ts';
import { compileText, readVerbs } from '../../support/compile-rcml.ts';
import { CoreBench } from '../../support/core-bench.ts';
import { ACCOUNT, CALLER, type CallOptions, RcmlCall, VOICE_URL } from '../../support/rcml-call.ts';

const VOICE = { voiceMethod: 'POST', voiceFallbackMethod: 'POST', statusCallbackMethod: 'POST' } as const;
const OURS = { sid: newSid('PN'), accountSid: ACCOUNT, phoneNumber: '+15550100', voice: VOICE };

/** A call of alice's to +15550100 with this document; whatever is asked next hangs up. */
async function callWith(verbs: string, options: CallOptions = {}, prepare?: (call: RcmlCall) => void) {
  const call = new RcmlCall();
  call.directory.numbers.push(OURS);
  for (const login of ['alice', 'bob']) {
    call.directory.clients.push({ sid: newSid('CL'), accountSid: ACCOUNT, login, voice: VOICE });
  }
  call.documents.on(VOICE_URL, `<Response>${verbs}</Response>`).on('http://app.test/next', '<Response/>');
  prepare?.(call);
  await call.start(options);
  return call;
}

const sentOf = (call: RcmlCall) =>
  call.messageSender.sent.map(({ target, from, body }) => ({ target, from, body }));
const actionOf = (call: RcmlCall) =>
  call.documents.requests.slice(1).map(({ parameters }) => {
    const told = Object.fromEntries(parameters);
    return [told['SmsStatus'], told['SmsSid']];
  });
const codesOf = (call: RcmlCall) => call.store.notifications.map(({ errorCode }) => errorCode);
const messagesOf = (call: RcmlCall): readonly MessageRecord[] =>
  call.store.entries.flatMap(({ messages }) => messages ?? []);

const ALICE = { kind: 'client', login: 'alice' } as const;

describe('<Sms>', () => {
  it('writes to the caller as who was called, without answering, and the call goes on at once', async () => {
    const call = await callWith('<Sms>Hello</Sms><Reject/>');
    assert.equal(call.end, 'busy');
    assert.deepEqual(sentOf(call), [{ target: ALICE, from: '+15550100', body: 'Hello' }]);
    const [queued, sent] = messagesOf(call);
    assert.deepEqual(
      [queued, sent].map((one) => [one?.status, one?.callSid, one?.direction, one?.from, one?.to]),
      ['queued', 'sent'].map((status) => [status, CALLER, 'outbound-call', '+15550100', 'client:alice']),
    );
    const lines = call.store.events.filter(({ kind }) => kind === 'message');
    assert.deepEqual(
      lines.map(({ callSid, data }) => [callSid, data['status'], data['body']]),
      [
        [CALLER, 'queued', undefined],
        [CALLER, 'sent', undefined],
      ],
    );
    call.check();
  });

  it('writes to the number that called by a trunk, and of an outbound call to the callee', async () => {
    const trunkSid = newSid('TK');
    const addTrunk = (call: RcmlCall) =>
      call.directory.addTrunk({
        sid: trunkSid,
        accountSid: ACCOUNT,
        messages: true,
        stripDigits: 0,
        prependDigits: '',
      });
    const target = { kind: 'trunk', trunkSid, number: '+4930123', tryTimeoutS: 5 };
    const inbound = { leg: { from: '+4930123', trunkSid } };
    assert.deepEqual(sentOf(await callWith('<Sms>x</Sms>', inbound, addTrunk)), [
      { target, from: '+15550100', body: 'x' },
    ]);
    const outbound = { leg: { direction: 'outbound-api', from: '+15550100', to: '+4930123' } } as const;
    assert.deepEqual(sentOf(await callWith('<Sms>x</Sms>', outbound, addTrunk)), [
      { target, from: '+15550100', body: 'x' },
    ]);
  });

  it('writes as and to whom its attributes say', async () => {
    const call = await callWith('<Sms from="client:bob" to="sip:desk@pbx.test">x</Sms>');
    const target = { kind: 'sip', uri: 'sip:desk@pbx.test' };
    assert.deepEqual(sentOf(call), [{ target, from: 'bob', body: 'x' }]);
  });

  it('tells its action how it went, when that is known', async () => {
    const call = await callWith('<Sms action="/next" method="GET">x</Sms><Say>never</Say>');
    assert.deepEqual(actionOf(call), [['sent', messagesOf(call)[0]?.sid]]);
    assert.equal(call.documents.requests[1]?.method, 'GET');
    assert.deepEqual(call.sounds.asked, []);
    assert.deepEqual(codesOf(call), []);
    call.check();
  });

  it('tells its action, its statusCallback and the author of a failure', async () => {
    const call = await callWith(
      '<Sms action="/next" statusCallback="/sms" statusCallbackMethod="GET" to="client:nobody">x</Sms>',
    );
    assert.deepEqual(actionOf(call), [['failed', messagesOf(call)[0]?.sid]]);
    assert.deepEqual(codesOf(call), [21211]);
    const [callback, ...others] = call.store.callbacks;
    assert.deepEqual(others, []);
    assert.deepEqual([callback?.url, callback?.method], ['http://app.test/sms', 'GET']);
    assert.equal(new Map(callback?.parameters).get('ErrorCode'), '21211');
    call.check();
  });

  it('fails from somebody who is not the account’s', async () => {
    const call = await callWith('<Sms from="+15550199" action="/next">x</Sms>');
    assert.deepEqual([actionOf(call)[0]?.[0], codesOf(call), sentOf(call)], ['failed', [21606], []]);
  });

  it('makes no message to a caller who cannot be named', async () => {
    const call = await callWith('<Sms action="/next">x</Sms>', {
      leg: { from: 'anonymous', trunkSid: newSid('TK') },
    });
    assert.deepEqual([actionOf(call), codesOf(call)], [[['failed', undefined]], [21211]]);
    assert.deepEqual(messagesOf(call), []);
  });

  it('is not sent over the account’s limit, or when the database cannot write', async () => {
    const many = await callWith('<Sms>x</Sms>'.repeat(11));
    assert.deepEqual([sentOf(many).length, codesOf(many)], [10, [14107]]);
    const create = () => Promise.reject(new Error('no database'));
    const call = await callWith('<Sms action="/next">x</Sms>', {}, (one) => {
      one.messages.create = create;
    });
    assert.deepEqual([actionOf(call), codesOf(call)], [[['failed', undefined]], [30008]]);
    call.check();
  });

  it('is sent although the caller hangs up meanwhile, and its action is still told', async () => {
    let goOn = () => {};
    const call = await callWith('<Sms action="/next">x</Sms>', {}, ({ messageSender }) => {
      messageSender.held = new Promise((resolve) => {
        goOn = resolve;
      });
    });
    await call.hangUp();
    assert.deepEqual(actionOf(call), []);
    goOn();
    await call.clock.advance(0);
    assert.deepEqual([actionOf(call)[0]?.[0], sentOf(call).length], ['sent', 1]);
    call.check();
  });

  for (const [verb, code, warning] of [
    ['<Sms/>', 21602, '<Sms> has no text; it is skipped.'],
    ['<Sms> \n </Sms>', 21602, '<Sms> has no text; it is skipped.'],
    [`<Sms>${'x'.repeat(1601)}</Sms>`, 21617, '<Sms> has 1601 characters, more than 1600; it is skipped.'],
    [
      '<Sms from="sip:a@b">x</Sms>',
      21606,
      '<Sms> has from="sip:a@b", which is a SIP address; allowed: a number or client:name; it is skipped.',
    ],
  ] as const) {
    it(`is skipped with notification ${code}: ${verb.slice(0, 40)}`, () => {
      assert.deepEqual(readVerbs(verb), { verbs: [], warnings: [warning] });
      assert.deepEqual(
        compileText(`<Response>${verb}</Response>`).warnings.map(({ errorCode }) => errorCode),
        [code],
      );
    });
  }

  for (const to of ['bob', 'client:', 'sip:']) {
    it(`is skipped with to="${to}"`, () => {
      const { verbs, warnings } = readVerbs(`<Sms to="${to}">x</Sms>`);
      assert.deepEqual([verbs.length, warnings.length], [0, 1]);
    });
  }

  it('is sent once, although a restart comes between', async () => {
    const { document, sid, message } = {
      document: { text: '<Response><Sms action="/next">x</Sms></Response>', contentType: '', url: VOICE_URL },
      sid: newSid('SM'),
      message: { accountSid: ACCOUNT, from: 'a', to: 'b', body: 'x', direction: 'outbound-call' } as const,
    };
    for (const known of ['sent', undefined] as const) {
      const bench = new CoreBench();
      bench.directory.numbers.push(OURS);
      bench.client('alice');
      bench.documents.on('http://app.test/next', '<Response/>');
      const times = { dateCreated: 0, dateUpdated: 0 };
      if (known !== undefined) {
        const record = { ...message, sid, status: known, ...times };
        await bench.store.commit({ subjectSid: sid, accountSid: ACCOUNT, messages: [record] });
      }
      const leg = { sid: CALLER, direction: 'inbound', to: '+15550100' } as const;
      const live = bench.stored(leg, { phase: 'in-progress', initiatedAt: 0, answeredAt: 0 });
      const state = { version: 1, value: { sid } };
      const step = { kind: 'verb', document, index: 0, beganAt: 0, skipDials: false, state };
      const position = { version: 2, kind: 'document', idleDocuments: 0, hasBegun: true, step };
      void resumeCall(live, position, bench.services);
      await bench.clock.advance(1000);
      assert.deepEqual(
        bench.messageSender.sent.map((one) => one.sid),
        known === undefined ? [sid] : [],
      );
      assert.deepEqual(bench.documents.summary('SmsSid', 'SmsStatus'), [
        ['POST http://app.test/next', `SmsSid=${sid}`, 'SmsStatus=sent'],
      ]);
      bench.check();
    }
  });
});
