import assert from 'node:assert/strict';
import { ANSWERS, IS_BUSY } from '../../support/fake-call-control.ts';
import { ACCOUNT, CALLER, RcmlCall, VOICE_URL } from '../../support/rcml-call.ts';

const ACTION_URL = 'http://app.test/done';
const BOB = {
  sid: `CL${'b'.repeat(32)}`,
  accountSid: ACCOUNT,
  login: 'bob',
  voice: { voiceMethod: 'POST', voiceFallbackMethod: 'POST', statusCallbackMethod: 'POST' },
} as const;
const dialBob = '<Response><Dial action="/done"><Client>bob</Client></Dial><Say>never</Say></Response>';

function callWithBob(): RcmlCall {
  const call = new RcmlCall();
  call.directory.clients.push(BOB);
  return call;
}

describe('A call', () => {
  it('asks for its first document with the standard parameters', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, '');
    await call.start({
      leg: { callerName: 'Alice', forwardedFrom: '+1999', sipHeaders: [['X-Campaign', 'spring']] },
    });
    assert.deepEqual(call.documents.requests, [
      {
        accountSid: ACCOUNT,
        url: VOICE_URL,
        method: 'POST',
        parameters: [
          ['CallSid', CALLER],
          ['AccountSid', ACCOUNT],
          ['From', 'alice'],
          ['To', '+15550100'],
          ['Caller', 'alice'],
          ['Called', '+15550100'],
          ['CallStatus', 'ringing'],
          ['ApiVersion', '2012-04-24'],
          ['Direction', 'inbound'],
          ['CallerName', 'Alice'],
          ['ForwardedFrom', '+1999'],
          ['CallTimestamp', '2026-01-01T00:00:00.000Z'],
          ['SipHeader_X-Campaign', 'spring'],
        ],
        token: 'token-1',
      },
    ]);
    call.check();
  });

  for (const body of ['', '<Response/>', '<Response><Robot/></Response>']) {
    it(`with the document "${body}" is answered, then ended`, async () => {
      const call = new RcmlCall();
      call.documents.on(VOICE_URL, body);
      await call.start();
      assert.deepEqual(call.control.commands, [
        ['answer', CALLER],
        ['hangUp', CALLER, 'normal'],
      ]);
      assert.equal(call.end, 'completed');
      call.check();
    });
  }

  it('that was made by the API is in progress in its first request, and is not answered by us', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, '<Response><Say>Hello</Say></Response>');
    await call.start({ leg: { direction: 'outbound-api' } });
    await call.clock.advance(1000);
    assert.deepEqual(call.documents.summary('CallStatus'), [[`POST ${VOICE_URL}`, 'CallStatus=in-progress']]);
    assert.deepEqual(call.control.commandsNamed('answer'), []);
    call.check();
  });

  it('can run a document that was handed over as text', async () => {
    const call = new RcmlCall();
    call.documents.on('http://app.test/next', '<Response><Say>b</Say></Response>');
    const text = '<Response><Say>a</Say><Redirect>http://app.test/next</Redirect></Response>';
    await call.start({ first: { text } });
    await call.clock.advance(2000);
    assert.deepEqual(call.sounds.asked, ['say woman en a', 'say woman en b']);
    assert.deepEqual(call.documents.summary(), [['POST http://app.test/next']]);
    call.check();
  });

  it('with a text that is no document asks the fallback', async () => {
    const call = new RcmlCall();
    call.documents.on('http://app.test/f', '<Response><Hangup/></Response>');
    await call.start({
      first: { text: '<Response>' },
      fallback: { url: 'http://app.test/f', method: 'POST' },
    });
    assert.deepEqual(call.documents.summary('CallStatus', 'ErrorCode', 'ErrorUrl'), [
      ['POST http://app.test/f', 'CallStatus=ringing', 'ErrorCode=12100'],
    ]);
    call.check();
  });

  it('plays what the application server sends in place of a document', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, { contentType: 'audio/mpeg', url: 'http://cdn.test/a.mp3', body: 'ID3' });
    await call.start();
    await call.clock.advance(1000);
    assert.deepEqual(call.sounds.asked, ['fetch http://cdn.test/a.mp3']);
    call.check();
  });

  it('that nobody can answer any more ends failed', async () => {
    const call = new RcmlCall();
    call.control.answers = false;
    call.documents.on(VOICE_URL, '<Response><Say>x</Say></Response>');
    await call.start();
    await call.clock.advance(10_000);
    assert.deepEqual(call.control.commands, [
      ['answer', CALLER],
      ['hangUp', CALLER, 'error'],
    ]);
    assert.equal(call.end, 'failed');
    call.check();
  });

  it('that the caller gives up while its document is asked for runs nothing', async () => {
    const call = new RcmlCall();
    const release = call.documents.hold();
    call.documents.on(VOICE_URL, '<Response><Say>x</Say></Response>');
    await call.start();
    await call.hangUp();
    release();
    await call.clock.advance(0);
    assert.deepEqual([call.end, call.control.commands, call.sounds.asked], ['canceled', [], []]);
    call.check();
  });

  it('goes on with the reply to an action', async () => {
    const call = callWithBob();
    call.control.phones.set('bob', IS_BUSY);
    call.documents.on(VOICE_URL, dialBob).on(ACTION_URL, '<Response><Say>bob is busy</Say></Response>');
    await call.start();
    await call.clock.advance(5000);
    assert.deepEqual(call.documents.summary('CallStatus', 'DialCallStatus'), [
      [`POST ${VOICE_URL}`, 'CallStatus=ringing'],
      [`POST ${ACTION_URL}`, 'CallStatus=in-progress', 'DialCallStatus=busy'],
    ]);
    assert.deepEqual(call.sounds.asked, ['say woman en bob is busy']);
    call.check();
  });

  it('asks for an action once also when the caller has gone, and ignores the reply', async () => {
    const call = callWithBob();
    call.control.phones.set('bob', ANSWERS);
    call.documents.on(VOICE_URL, dialBob).on(ACTION_URL, '<Response><Redirect>/more</Redirect></Response>');
    await call.start();
    await call.clock.advance(10_000);
    await call.hangUp();
    assert.deepEqual(call.documents.summary('CallStatus', 'DialCallStatus'), [
      [`POST ${VOICE_URL}`, 'CallStatus=ringing'],
      [`POST ${ACTION_URL}`, 'CallStatus=completed', 'DialCallStatus=completed'],
    ]);
    assert.deepEqual(call.sounds.asked, []);
    call.check();
  });

  it('does not ask the fallback when the action of a call that is over fails', async () => {
    const call = callWithBob();
    call.documents.on(VOICE_URL, dialBob);
    await call.start({ fallback: { url: 'http://app.test/f', method: 'POST' } });
    await call.hangUp();
    assert.deepEqual(call.documents.summary(), [[`POST ${VOICE_URL}`], [`POST ${ACTION_URL}`]]);
    call.check();
  });

  it('skips the Dials that directly follow an answered one: the hunt is over', async () => {
    const call = callWithBob();
    call.control.phones.set('bob', [...ANSWERS, [5000, { type: 'end' }]]);
    const dial = '<Dial><Client>bob</Client></Dial>';
    call.documents.on(VOICE_URL, `<Response>${dial}${dial}${dial}<Say>Bye</Say>${dial}</Response>`);
    await call.start();
    await call.clock.advance(20_000);
    // The first, and the one behind Say.
    assert.equal(call.control.commandsNamed('place').length, 2);
    assert.deepEqual(call.sounds.asked, ['say woman en Bye']);
    call.check();
  });

  it('tries the next Dial when one was not answered', async () => {
    const call = callWithBob();
    call.control.phones.set('bob', IS_BUSY);
    const dial = '<Dial><Client>bob</Client></Dial>';
    call.documents.on(VOICE_URL, `<Response>${dial}${dial}</Response>`);
    await call.start();
    await call.clock.advance(20_000);
    assert.equal(call.control.commandsNamed('place').length, 2);
    call.check();
  });

  it('keeps mistakes of its document as notifications', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, '<Response><Stream/>\n<Hangup now="1"/></Response>');
    await call.start();
    assert.deepEqual(
      call.store.notifications.map(({ sid: _sid, at: _at, ...notification }) => notification),
      [
        'Line 1, column 11: <Stream> is not known inside <Response>; it is skipped.',
        'Line 2, column 1: <Hangup> has no attribute now; it is ignored.',
      ].map((message) => ({
        accountSid: ACCOUNT,
        callSid: CALLER,
        level: 'warning',
        errorCode: 12200,
        message,
        requestUrl: VOICE_URL,
      })),
    );
    call.check();
  });

  it('keeps neither digits nor passwords in the timeline', async () => {
    const call = new RcmlCall();
    const sip = '<Sip username="u" password="geheim">sip:a@b.test</Sip>';
    call.documents.on(VOICE_URL, '<Response><Gather numDigits="2" action="/digits"/></Response>');
    call.documents.on('http://app.test/digits', `<Response><Reject/><Play digits="4711"/><Dial>${sip}`);
    await call.start();
    for (const digit of '42') call.live.pressed(digit);
    await call.clock.advance(60_000);
    const timeline = JSON.stringify(call.store.events);
    assert.match(timeline, /"Digits":"\*\*\*"/);
    assert.match(timeline, /password=\\"\*\*\*\\"/);
    assert.match(timeline, /digits=\\"\*\*\*\\"/);
    assert.doesNotMatch(timeline, /geheim|4711|"42"/);
  });

  it('can be read as a timeline', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, '<Response><Say>Hi</Say><Reject/></Response>');
    await call.start();
    await call.clock.advance(1000);
    assert.deepEqual(
      call.store.events.map(({ at, kind, data }) => [at - Date.UTC(2026, 0, 1), kind, data]),
      [
        [0, 'state', { status: 'ringing', event: 'ringing' }],
        [
          0,
          'document',
          {
            reason: 'first',
            url: VOICE_URL,
            method: 'POST',
            parameters: {
              CallSid: CALLER,
              AccountSid: ACCOUNT,
              From: 'alice',
              To: '+15550100',
              Caller: 'alice',
              Called: '+15550100',
              CallStatus: 'ringing',
              ApiVersion: '2012-04-24',
              Direction: 'inbound',
              CallTimestamp: '2026-01-01T00:00:00.000Z',
            },
            status: 200,
            durationMs: 5,
            contentType: 'text/xml',
            characters: 43,
            responseHead: '<Response><Say>Hi</Say><Reject/></Response>',
          },
        ],
        [0, 'verb', { name: 'Say', line: 1, column: 11 }],
        [0, 'state', { status: 'in-progress', event: 'answered' }],
        [1000, 'verb', { name: 'Reject', line: 1, column: 24 }],
        [
          1000,
          'notice',
          {
            level: 'warning',
            errorCode: 12200,
            message: 'Reject is only possible as the first verb of an inbound call; it is skipped',
          },
        ],
        [1000, 'state', { status: 'completed', event: 'completed', cause: {} }],
      ],
    );
    call.check();
  });

  it('ends when Legwork itself makes a mistake, which is reported', async () => {
    const call = new RcmlCall();
    call.documents.on(VOICE_URL, () => {
      throw new Error('a port that throws');
    });
    await call.start();
    assert.deepEqual([call.end, call.bugs], ['failed', [new Error('a port that throws')]]);
    assert.equal(call.running, false);
  });
});
