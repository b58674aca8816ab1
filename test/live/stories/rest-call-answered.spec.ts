import assert from 'node:assert/strict';
import { changeCall, FIRST_DOCUMENT, orderCall, STATUS } from '../../support/live-rest-calls.ts';
import { stories } from '../../support/live-story.ts';
import {
  ACCOUNT_SID,
  assertParameters,
  FEW_SECONDS,
  ISO_8601,
  RFC_2822,
} from '../../support/parameter-formats.ts';

const NAMES = { bob: 'B', carol: 'C' };
const TALKED = [STATUS.initiated, STATUS.ringing, STATUS.answered, STATUS.completed];

stories('A call made over REST is answered', (story) => {
  it('asks for its document after the answer, and tells all of it', async () => {
    const { app } = story();
    app.reply('/voice', '<Response><Play digits="1"/></Response>');
    const bob = await story().phone('bob');
    const sid = await orderCall(story());
    const call = await bob.incoming();
    assert.equal(call.fromUser, '+15550100');
    call.ring();
    await app.waitFor((requests) => requests.some(({ params }) => params['CallStatus'] === 'ringing'));
    assert.equal(app.to('/voice').length, 0, 'nobody asks for the document while it rings');
    await call.answer();
    await call.audio.heardDigits('1');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), { 'B /voice': [FIRST_DOCUMENT], 'B /status': TALKED });
    assert.deepEqual(await story().legs(NAMES), { B: 'outbound-api completed' });

    const common = {
      CallSid: sid,
      AccountSid: ACCOUNT_SID,
      From: '+15550100',
      To: 'bob',
      Caller: '+15550100',
      Called: 'bob',
      ApiVersion: '2012-04-24',
      Direction: 'outbound-api',
    };
    assertParameters(app.to('/voice')[0], {
      ...common,
      CallStatus: 'in-progress',
      CallTimestamp: ISO_8601,
    });
    const progress = { ...common, Timestamp: RFC_2822, CallbackSource: 'call-progress-events' };
    const [initiated, ringing, answered, completed] = app.to('/status');
    assertParameters(initiated, {
      ...progress,
      CallStatus: 'initiated',
      CallEvent: 'initiated',
      SequenceNumber: '0',
    });
    assertParameters(ringing, {
      ...progress,
      CallStatus: 'ringing',
      CallEvent: 'ringing',
      SequenceNumber: '1',
    });
    assertParameters(answered, {
      ...progress,
      CallStatus: 'in-progress',
      CallEvent: 'answered',
      SequenceNumber: '2',
    });
    assertParameters(completed, {
      ...progress,
      CallStatus: 'completed',
      CallEvent: 'completed',
      SequenceNumber: '3',
      CallDuration: FEW_SECONDS,
      SipResponseCode: '200',
    });
  });

  it('is completed when the callee hangs up', async () => {
    story().app.reply('/voice', '<Response><Pause length="60"/><Redirect>/never</Redirect></Response>');
    const bob = await story().phone('bob');
    await orderCall(story());
    const call = await bob.incoming();
    call.ring();
    await call.answer();
    await story().app.waitFor((requests) => requests.some(({ path }) => path === '/voice'));
    await call.hangUp();
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), { 'B /voice': [FIRST_DOCUMENT], 'B /status': TALKED });
    assert.deepEqual(await story().legs(NAMES), { B: 'outbound-api completed' });
  });

  it('is completed when somebody sets its Status to completed, and then it stays so', async () => {
    story().app.reply('/voice', '<Response><Pause length="60"/><Redirect>/never</Redirect></Response>');
    const bob = await story().phone('bob');
    const sid = await orderCall(story());
    const call = await bob.incoming();
    call.ring();
    await call.answer();
    await story().app.waitFor((requests) => requests.some(({ path }) => path === '/voice'));
    assert.equal(await changeCall(story(), sid, { Status: 'canceled' }), 400);
    assert.equal(await changeCall(story(), sid, { Status: 'completed' }), 200);
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.equal(await changeCall(story(), sid, { Status: 'completed' }), 400);
    assert.deepEqual(story().requests(NAMES), { 'B /voice': [FIRST_DOCUMENT], 'B /status': TALKED });
    assert.deepEqual(await story().legs(NAMES), { B: 'outbound-api completed' });
  });

  it('runs a Dial: the callee talks to somebody else, whose leg is its child', async () => {
    const { app } = story();
    app.reply(
      '/voice',
      '<Response><Dial action="/after"><Client statusCallback="/carol">carol</Client></Dial></Response>',
    );
    app.reply('/after', '<Response/>');
    app.reply('/carol', { status: 204 });
    const [bob, carol] = await Promise.all([story().phone('bob'), story().phone('carol')]);
    const sid = await orderCall(story());
    const atBob = await bob.incoming();
    atBob.ring();
    await atBob.answer();
    const atCarol = await carol.incoming();
    assert.equal(atCarol.fromUser, '+15550100');
    atCarol.ring();
    await atCarol.answer();
    atBob.audio.sendTone(852);
    atCarol.audio.sendTone(697);
    await Promise.all([atBob.audio.heardTone(697), atCarol.audio.heardTone(852)]);
    await atCarol.hangUp();
    assert.equal((await atBob.ended).how, 'bye');
    await story().quiet();
    const child = 'POST Direction=outbound-dial';
    assert.deepEqual(story().requests(NAMES), {
      'B /voice': [FIRST_DOCUMENT],
      'B /after': [`${FIRST_DOCUMENT} DialCallStatus=completed DialBridged=true DialSipResponseCode=200`],
      'B /status': TALKED,
      'C /carol': [
        `${child} CallStatus=initiated CallEvent=initiated SequenceNumber=0`,
        `${child} CallStatus=ringing CallEvent=ringing SequenceNumber=1`,
        `${child} CallStatus=in-progress CallEvent=answered SequenceNumber=2`,
        `${child} CallStatus=completed CallEvent=completed SequenceNumber=3`,
      ],
    });
    assert.deepEqual(await story().legs(NAMES), {
      B: 'outbound-api completed',
      C: 'outbound-dial completed',
    });
    assert.ok(app.to('/carol').every(({ params }) => params['ParentCallSid'] === sid));
  });
});
