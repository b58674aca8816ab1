import assert from 'node:assert/strict';
import { ANSWERS, type PhoneScript, RINGS } from '../../../support/fake-call-control.ts';
import { failure } from '../../../support/fake-documents.ts';
import { ACCOUNT, RcmlCall, VOICE_URL } from '../../../support/rcml-call.ts';

const SCREEN_URL = 'http://app.test/screen';
const ACTION_URL = 'http://app.test/after';
const SCREEN = ' url="/screen"';
const bob = (attributes = SCREEN) => `<Client${attributes}>bob</Client>`;
const CAROL = '<Client>carol</Client>';
const ANSWERS_LATE: PhoneScript = [
  [100, { type: 'ring' }],
  [4000, { type: 'answer', sipCallId: 'carols-call-id' }],
];

/** A call whose document dials these nouns; bob answers after 2.1 s. */
async function dialling(nouns: string, screening: string | undefined, attributes = ''): Promise<RcmlCall> {
  const call = new RcmlCall();
  for (const login of ['bob', 'carol']) {
    const voice = { voiceMethod: 'POST', voiceFallbackMethod: 'POST', statusCallbackMethod: 'POST' } as const;
    call.directory.clients.push({ sid: `CL-${login}`, accountSid: ACCOUNT, login, voice });
  }
  call.control.phones.set('bob', ANSWERS);
  call.control.phones.set('carol', RINGS);
  call.documents
    .on(VOICE_URL, `<Response><Dial action="/after"${attributes}>${nouns}</Dial></Response>`)
    .on(ACTION_URL, '<Response/>');
  if (screening !== undefined) call.documents.on(SCREEN_URL, `<Response>${screening}</Response>`);
  await call.start();
  await call.clock.advance(2200);
  return call;
}

const legOf = (call: RcmlCall, to: string) => call.calls.all().find(({ leg }) => leg.to === to);
const connected = (call: RcmlCall) => call.control.commandsNamed('connect').length;
const outcome = (call: RcmlCall) =>
  call.documents
    .summary('CallStatus', 'DialCallStatus', 'DialBridged')
    .filter(([request]) => request === `POST ${ACTION_URL}`);
const afterwards = (status: string, bridged: boolean, callStatus = 'in-progress') => [
  [`POST ${ACTION_URL}`, `CallStatus=${callStatus}`, `DialCallStatus=${status}`, `DialBridged=${bridged}`],
];

describe('A noun with url', () => {
  it('lets the callee hear its document first, and connects when that ends', async () => {
    const call = await dialling(bob(), '<Say>A call for you</Say>');
    const leg = legOf(call, 'bob');
    assert.equal(leg?.state.phase, 'in-progress');
    assert.equal(connected(call), 0);
    assert.deepEqual(call.control.commandsNamed('play'), [
      ['play', leg.sid, 'http://media.test/say/A%20call%20for%20you'],
    ]);
    await call.clock.advance(1000);
    assert.equal(connected(call), 1);
    await call.clock.advance(5000);
    await call.hangUp();
    assert.deepEqual(outcome(call), afterwards('completed', true, 'completed'));
    call.check();
  });

  it("asks for it with the standard parameters of the callee's leg", async () => {
    const call = await dialling(bob(' url="/screen?x=1" method="GET"'), undefined);
    const [, request] = call.documents.requests;
    assert.deepEqual(
      { ...request, parameters: Object.fromEntries(request?.parameters ?? []) },
      {
        accountSid: ACCOUNT,
        url: `${SCREEN_URL}?x=1`,
        method: 'GET',
        token: 'token-2',
        parameters: {
          CallSid: call.control.commandsNamed('place')[0]?.[1],
          ParentCallSid: call.live.sid,
          AccountSid: ACCOUNT,
          From: 'alice',
          To: 'bob',
          Caller: 'alice',
          Called: 'bob',
          CallStatus: 'in-progress',
          ApiVersion: '2012-04-24',
          Direction: 'outbound-dial',
          CallTimestamp: '2026-01-01T00:00:00.000Z',
        },
      },
    );
    await call.clock.advance(1000);
    call.check();
  });

  const refusals = [
    ['Hangup', '<Hangup/>'],
    ['Reject', '<Reject/>'],
    ['a document that is not well-formed', '<Say>'],
    ['a request that fails', undefined],
  ] as const;
  for (const [title, screening] of refusals) {
    it(`ends the callee's leg without a bridge after ${title}`, async () => {
      const call = await dialling(bob(), screening);
      assert.equal(connected(call), 0);
      assert.deepEqual(outcome(call), afterwards('no-answer', false));
      const ends = call.store.entries.flatMap(({ leg }) => (leg?.leg.to === 'bob' ? [leg.state] : []));
      assert.deepEqual(
        ends.map((state) => ('status' in state ? state.status : state.phase)).at(-1),
        'completed',
      );
      await call.clock.advance(1000);
      call.check();
    });
  }

  it('counts a callee who hangs up meanwhile as one who did not answer', async () => {
    const call = await dialling(bob(), '<Pause length="30"/>');
    const leg = legOf(call, 'bob');
    assert(leg);
    await call.calls.input(leg.sid, { type: 'end' });
    await call.clock.advance(0);
    assert.deepEqual(outcome(call), afterwards('no-answer', false));
    call.check();
  });

  it('gives the callee 60 seconds for it', async () => {
    const call = await dialling(bob(), '<Pause length="300"/>', ' timeout="5"');
    await call.clock.advance(59_000);
    assert.equal(legOf(call, 'bob')?.state.phase, 'in-progress');
    await call.clock.advance(1000);
    assert.deepEqual(outcome(call), afterwards('no-answer', false));
    assert.equal(connected(call), 0);
    call.check();
  });

  it('lets the others ring on until it has ended; who answers without a screening wins at once', async () => {
    const call = await dialling(bob() + CAROL, '<Pause length="30"/>');
    assert.equal(legOf(call, 'carol')?.state.phase, 'ringing');
    const carol = legOf(call, 'carol');
    assert(carol);
    await call.calls.input(carol.sid, { type: 'answer' });
    await call.clock.advance(0);
    assert.deepEqual(call.control.commandsNamed('connect'), [['connect', call.live.sid, carol.sid]]);
    assert.equal(legOf(call, 'bob'), undefined);
    await call.hangUp();
    assert.deepEqual(outcome(call), afterwards('completed', true, 'completed'));
    call.check();
  });

  it('cancels the others when it has ended', async () => {
    const call = await dialling(bob() + CAROL, '<Say>Hello</Say>');
    await call.clock.advance(1000);
    assert.equal(connected(call), 1);
    assert.equal(legOf(call, 'carol'), undefined);
    await call.hangUp();
    call.check();
  });

  it('lets timeout end the others only', async () => {
    const call = await dialling(bob() + CAROL, '<Pause length="10"/>', ' timeout="5"');
    await call.clock.advance(4000);
    assert.equal(legOf(call, 'carol'), undefined);
    assert.equal(legOf(call, 'bob')?.state.phase, 'in-progress');
    await call.clock.advance(7000);
    assert.equal(connected(call), 1);
    await call.hangUp();
    call.check();
  });

  it('goes on with the others when the callee declines', async () => {
    const call = await dialling(bob() + CAROL, '<Hangup/>');
    assert.equal(legOf(call, 'bob'), undefined);
    assert.equal(legOf(call, 'carol')?.state.phase, 'ringing');
    await call.clock.advance(30_000);
    assert.deepEqual(outcome(call), afterwards('no-answer', false));
    call.check();
  });

  it('is tried in turn', async () => {
    const call = await dialling(bob() + CAROL, '<Hangup/>', ' sequential="true"');
    call.control.phones.set('carol', ANSWERS_LATE);
    await call.clock.advance(30_000);
    assert.deepEqual(outcome(call), afterwards('no-answer', false));
    call.check();
  });

  it('skips a Dial in it with a warning', async () => {
    const call = await dialling(bob(), '<Dial>carol</Dial><Say>Hello</Say>');
    await call.clock.advance(1000);
    assert.equal(connected(call), 1);
    assert(
      call.store.notifications.some(
        ({ message }) => message === 'Line 1: <Dial> is not possible in a screening document; it is skipped.',
      ),
    );
    await call.hangUp();
    call.check();
  });

  it('sends sendDigits before the document', async () => {
    const call = new RcmlCall();
    call.directory.addTrunk({ sid: 'TK', accountSid: ACCOUNT, stripDigits: 0, prependDigits: '' });
    call.control.phones.set('+15550111', ANSWERS);
    call.documents
      .on(
        VOICE_URL,
        '<Response><Dial><Number url="/screen" sendDigits="12">+15550111</Number></Dial></Response>',
      )
      .on(SCREEN_URL, '<Response><Say>Hello</Say></Response>');
    await call.start();
    await call.clock.advance(10_000);
    const order = call.control.commands.map(([name]) => name);
    assert.deepEqual(
      order.filter((name) => ['sendDigits', 'play', 'connect'].includes(name)),
      ['sendDigits', 'play', 'connect'],
    );
    await call.hangUp();
    call.check();
  });

  it('stops when the caller hangs up', async () => {
    const call = await dialling(bob(), '<Pause length="30"/>');
    await call.hangUp();
    await call.clock.advance(0);
    assert.deepEqual(outcome(call), afterwards('no-answer', false, 'completed'));
    call.check();
  });

  it('is written down, so that a restart goes on with it', async () => {
    const call = await dialling(bob(), '<Pause length="30"/>');
    const position = call.store.positions.get(call.live.sid) as {
      step: {
        state: {
          value: { screenings: Record<string, { since: number; position: { step: { kind: string } } }> };
        };
      };
    };
    const [screening] = Object.values(position.step.state.value.screenings);
    assert.equal(screening?.position.step.kind, 'verb');
    assert.equal(screening.since, Date.UTC(2026, 0, 1) + 2100);
    await call.hangUp();
    call.check();
  });

  it('passes 480 on with answerOnBridge when nobody was let through', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, `<Response><Dial answerOnBridge="true">${bob()}</Dial></Response>`);
    call.documents.on(SCREEN_URL, failure(500));
    const voice = { voiceMethod: 'POST', voiceFallbackMethod: 'POST', statusCallbackMethod: 'POST' } as const;
    call.directory.clients.push({ sid: 'CL', accountSid: ACCOUNT, login: 'bob', voice });
    call.control.phones.set('bob', ANSWERS);
    await call.start();
    await call.clock.advance(3000);
    assert.equal(call.end, 'no-answer');
    assert.deepEqual(call.control.commands.at(-1), ['hangUp', call.live.sid, 'no-answer']);
    call.check();
  });
});
