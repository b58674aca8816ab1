import assert from 'node:assert/strict';
import {
  aliceCalls,
  aliceTalksToBob,
  BOB_HZ,
  legIsTold,
  numberIsTold,
  VOICE,
} from '../../support/dial-story.ts';
import { stories } from '../../support/live-story.ts';
import {
  ACCOUNT_SID,
  assertParameters,
  CALL_SID,
  FEW_SECONDS,
  ISO_8601,
  RFC_2822,
} from '../../support/parameter-formats.ts';

const NAMES = { '1000': 'A', Bob: 'B' };
const WITHOUT_ACTION = '<Dial><Client statusCallback="/bob">Bob</Client></Dial>';
const WITH_ACTION = '<Dial action="/after"><Client statusCallback="/bob">Bob</Client></Dial>';
const BOB_TALKED = legIsTold(['initiated', 'ringing', 'answered'], 'completed');
const BOTH_COMPLETED = { A: 'inbound completed', B: 'outbound-dial completed' };

stories('Bob answers, he and Alice talk', (story) => {
  it('ends both legs when Alice hangs up', async () => {
    const { call, atBob } = await aliceTalksToBob(story(), WITHOUT_ACTION);
    await call.hangUp();
    assert.equal((await atBob.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /number': numberIsTold('in-progress'),
      'B /bob': BOB_TALKED,
    });
    assert.deepEqual(await story().legs(NAMES), BOTH_COMPLETED);
  });

  it('ends both legs when Bob hangs up and the document has nothing more', async () => {
    const { call, atBob } = await aliceTalksToBob(story(), WITHOUT_ACTION);
    await atBob.hangUp();
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /number': numberIsTold('completed'),
      'B /bob': BOB_TALKED,
    });
    assert.deepEqual(await story().legs(NAMES), BOTH_COMPLETED);
  });

  it('goes on with the next verb when Bob hangs up', async () => {
    const { call, atBob } = await aliceTalksToBob(story(), `${WITHOUT_ACTION}<Play digits="77"/>`);
    await atBob.hangUp();
    await call.audio.heardDigits('77');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /number': numberIsTold('completed'),
      'B /bob': BOB_TALKED,
    });
    assert.deepEqual(await story().legs(NAMES), BOTH_COMPLETED);
  });

  it("runs the action's reply when Bob hangs up", async () => {
    story().app.reply('/after', '<Response><Play digits="5"/></Response>');
    const { call, atBob } = await aliceTalksToBob(story(), `${WITH_ACTION}<Play digits="9"/>`);
    await atBob.hangUp();
    await call.audio.heardDigits('5');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': [
        'POST CallStatus=in-progress Direction=inbound DialCallStatus=completed DialBridged=true DialSipResponseCode=200',
      ],
      'A /number': numberIsTold('completed'),
      'B /bob': BOB_TALKED,
    });
    assert.deepEqual(await story().legs(NAMES), BOTH_COMPLETED);
  });

  it('requests the action once when Alice hangs up, and ignores its reply', async () => {
    story().app.reply('/after', '<Response><Dial><Client>Bob</Client></Dial></Response>');
    const { call, atBob } = await aliceTalksToBob(story(), WITH_ACTION);
    await call.hangUp();
    assert.equal((await atBob.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': [
        'POST CallStatus=completed Direction=inbound DialCallStatus=completed DialBridged=true DialSipResponseCode=200',
      ],
      'A /number': numberIsTold('in-progress'),
      'B /bob': BOB_TALKED,
    });
    assert.deepEqual(await story().legs(NAMES), BOTH_COMPLETED);
  });

  it('counts a 183 as ringing, and a 180 after it as nothing new', async () => {
    const bob = await story().phone('bob');
    const { call } = await aliceCalls(story(), WITHOUT_ACTION);
    const atBob = await bob.incoming();
    atBob.progress({ media: false });
    atBob.ring();
    await atBob.answer();
    atBob.audio.sendTone(BOB_HZ);
    await call.audio.heardTone(BOB_HZ);
    await call.hangUp();
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /number': numberIsTold('in-progress'),
      'B /bob': BOB_TALKED,
    });
    assert.deepEqual(await story().legs(NAMES), BOTH_COMPLETED);
  });

  it('lets Alice hear ringing until Bob answers, and not afterwards', async () => {
    const bob = await story().phone('bob');
    const { call } = await aliceCalls(story(), WITHOUT_ACTION);
    await call.answered;
    const atBob = await bob.incoming();
    atBob.ring();
    await Promise.all([call.audio.heardTone(440, { forMs: 200 }), call.audio.heardTone(480, { forMs: 200 })]);
    await atBob.answer();
    atBob.audio.sendTone(BOB_HZ);
    await call.audio.heardTone(BOB_HZ, { forMs: 100 });
    call.audio.mark();
    await call.audio.heardTone(BOB_HZ, { forMs: 500 });
    assert.deepEqual([call.audio.toneMs(440), call.audio.toneMs(480)], [0, 0]);
    await call.hangUp();
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /number': numberIsTold('in-progress'),
      'B /bob': BOB_TALKED,
    });
    assert.deepEqual(await story().legs(NAMES), BOTH_COMPLETED);
  });
});

stories('What the application server is told of a call that Bob answered', (story) => {
  it('is complete and well-formed', async () => {
    story().app.reply('/after', '<Response/>');
    const { atBob } = await aliceTalksToBob(story(), WITH_ACTION);
    const sipCallId = atBob.callId;
    await atBob.hangUp();
    await story().quiet();

    const { app } = story();
    const calls = await story().calls();
    const a = calls.find(({ to }) => to === '1000');
    const b = calls.find(({ to }) => to === 'Bob');
    assert.ok(a && b && calls.length === 2);
    assert.match(a.sid, CALL_SID);
    assert.match(b.sid, CALL_SID);
    const standard = {
      CallSid: a.sid,
      AccountSid: ACCOUNT_SID,
      From: 'alice',
      To: '1000',
      Caller: 'alice',
      Called: '1000',
      ApiVersion: '2012-04-24',
      Direction: 'inbound',
      CallTimestamp: ISO_8601,
    };
    assertParameters(app.to('/voice')[0], { ...standard, CallStatus: 'ringing' });
    assertParameters(app.to('/after')[0], {
      ...standard,
      CallStatus: 'in-progress',
      DialCallSid: b.sid,
      DialCallStatus: 'completed',
      DialCallDuration: FEW_SECONDS,
      DialRingDuration: FEW_SECONDS,
      DialBridged: 'true',
      DialSipResponseCode: '200',
      DialSipCallId: sipCallId,
    });

    const progress = { Timestamp: RFC_2822, CallbackSource: 'call-progress-events' };
    const number = { ...standard, ...progress };
    const [ringing, answered, completed] = app.to('/number');
    assertParameters(ringing, { ...number, CallStatus: 'ringing', SequenceNumber: '0' });
    assertParameters(answered, { ...number, CallStatus: 'in-progress', SequenceNumber: '1' });
    assertParameters(completed, {
      ...number,
      CallStatus: 'completed',
      SequenceNumber: '2',
      OutboundCallSid: b.sid,
      DialCallStatus: 'completed',
      CallDuration: FEW_SECONDS,
    });

    const leg = {
      ...progress,
      AccountSid: ACCOUNT_SID,
      CallSid: b.sid,
      ParentCallSid: a.sid,
      From: 'alice',
      To: 'Bob',
      Caller: 'alice',
      Called: 'Bob',
      Direction: 'outbound-dial',
      ApiVersion: '2012-04-24',
    };
    const [b0, b1, b2, b3] = app.to('/bob');
    assertParameters(b0, { ...leg, CallStatus: 'initiated', CallEvent: 'initiated', SequenceNumber: '0' });
    assertParameters(b1, { ...leg, CallStatus: 'ringing', CallEvent: 'ringing', SequenceNumber: '1' });
    assertParameters(b2, { ...leg, CallStatus: 'in-progress', CallEvent: 'answered', SequenceNumber: '2' });
    assertParameters(b3, {
      ...leg,
      CallStatus: 'completed',
      CallEvent: 'completed',
      SequenceNumber: '3',
      CallDuration: FEW_SECONDS,
      SipResponseCode: '200',
    });
  });
});
