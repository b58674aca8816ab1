import assert from 'node:assert/strict';
import {
  actionIsTold,
  aliceCalls,
  legIsTold,
  MISSED,
  numberIsTold,
  VOICE,
} from '../../support/dial-story.ts';
import { stories } from '../../support/live-story.ts';
import { ACCOUNT_SID, assertParameters, FEW_SECONDS, ISO_8601 } from '../../support/parameter-formats.ts';

const NAMES = { '1000': 'A', Bob: 'B' };
const DIAL_BOB = '<Dial timeout="2" action="/after"><Client statusCallback="/bob">Bob</Client></Dial>';

const REFUSALS = [
  { title: 'busy (486)', status: 486, rings: true, outcome: 'busy' },
  { title: 'busy everywhere (600)', status: 600, rings: false, outcome: 'busy' },
  { title: 'declining (603)', status: 603, rings: true, outcome: 'busy' },
  { title: 'temporarily unavailable (480)', status: 480, rings: true, outcome: 'no-answer' },
  { title: 'timing out after it rang (408)', status: 408, rings: true, outcome: 'no-answer' },
  { title: 'timing out without having rung (408)', status: 408, rings: false, outcome: 'failed' },
  { title: 'gone (410)', status: 410, rings: false, outcome: 'failed' },
  { title: 'out of order (500)', status: 500, rings: true, outcome: 'failed' },
] as const;

stories("Bob's phone does not answer", (story) => {
  for (const { title, status, rings, outcome } of REFUSALS) {
    it(`is ${outcome} when the phone is ${title}`, async () => {
      const bob = await story().phone('bob');
      bob.onIncoming((call) => {
        if (rings) call.ring();
        call.reject(status, 'As It Says');
      });
      story().app.reply('/after', '<Response/>');
      const { call } = await aliceCalls(story(), DIAL_BOB);
      assert.equal((await call.ended).how, 'bye');
      await story().quiet();

      assert.deepEqual(story().requests(NAMES), {
        'A /voice': VOICE,
        'A /after': actionIsTold(outcome, status),
        'A /number': numberIsTold(outcome),
        'B /bob': legIsTold(rings ? ['initiated', 'ringing'] : ['initiated'], outcome),
      });
      assert.deepEqual(await story().legs(NAMES), {
        A: 'inbound completed',
        B: `outbound-dial ${outcome}`,
      });
    });
  }

  it("is no-answer when the Dial's time is up: the phone stops ringing", async () => {
    const bob = await story().phone('bob');
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(story(), DIAL_BOB.replace('"2"', '"1"'));
    const atBob = await bob.incoming();
    atBob.ring();
    assert.deepEqual(await atBob.canceled, MISSED);
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': actionIsTold('no-answer'),
      'A /number': numberIsTold('no-answer'),
      'B /bob': legIsTold(['initiated', 'ringing'], 'no-answer'),
    });
    assert.deepEqual(await story().legs(NAMES), {
      A: 'inbound completed',
      B: 'outbound-dial no-answer',
    });
    const calls = await story().calls();
    const [a, b] = ['1000', 'Bob'].map((name) => calls.find(({ to }) => to === name));
    assert.ok(a && b);
    assert.deepEqual([b.duration, b.ring_duration], ['0', 1]);
    assertParameters(story().app.to('/after')[0], {
      CallSid: a.sid,
      AccountSid: ACCOUNT_SID,
      From: 'alice',
      To: '1000',
      Caller: 'alice',
      Called: '1000',
      CallStatus: 'in-progress',
      ApiVersion: '2012-04-24',
      Direction: 'inbound',
      CallTimestamp: ISO_8601,
      DialCallSid: b.sid,
      DialCallStatus: 'no-answer',
      DialCallDuration: '0',
      DialRingDuration: '1',
      DialBridged: 'false',
      DialSipCallId: atBob.callId,
    });
    assertParameters(story().app.to('/number')[2], {
      CallSid: a.sid,
      AccountSid: ACCOUNT_SID,
      From: 'alice',
      To: '1000',
      Caller: 'alice',
      Called: '1000',
      CallStatus: 'completed',
      ApiVersion: '2012-04-24',
      Direction: 'inbound',
      CallTimestamp: ISO_8601,
      OutboundCallSid: b.sid,
      DialCallStatus: 'no-answer',
      CallDuration: FEW_SECONDS,
      Timestamp: / \+0000$/,
      SequenceNumber: '2',
      CallbackSource: 'call-progress-events',
    });
  });

  it('goes on with the next verb when there is no action', async () => {
    const [bob, carol] = [await story().phone('bob'), await story().phone('carol')];
    bob.onIncoming((call) => call.reject(486, 'Busy Here'));
    const { call } = await aliceCalls(
      story(),
      '<Dial><Client statusCallback="/bob">Bob</Client></Dial><Dial><Client statusCallback="/carol">carol</Client></Dial>',
      ['/bob', '/carol'],
    );
    const atCarol = await carol.incoming();
    await atCarol.answer();
    atCarol.audio.sendTone(697);
    await call.audio.heardTone(697);
    await call.hangUp();
    await story().quiet();

    const names = { ...NAMES, carol: 'C' };
    assert.deepEqual(story().requests(names), {
      'A /voice': VOICE,
      'A /number': numberIsTold('in-progress'),
      'B /bob': legIsTold(['initiated'], 'busy'),
      'C /carol': legIsTold(['initiated', 'answered'], 'completed'),
    });
    assert.deepEqual(await story().legs(names), {
      A: 'inbound completed',
      B: 'outbound-dial busy',
      C: 'outbound-dial completed',
    });
  });
});

stories('Bob cannot be called', (story) => {
  it('fails at once when no phone of his is registered', async () => {
    await story().client('bob');
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(story(), DIAL_BOB);
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': actionIsTold('failed'),
      'A /number': numberIsTold('failed'),
      'B /bob': legIsTold(['initiated'], 'failed'),
    });
    assert.deepEqual(await story().legs(NAMES), {
      A: 'inbound completed',
      B: 'outbound-dial failed',
    });
  });

  it('fails at once when there is no such client, and says so in the timeline', async () => {
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(story(), DIAL_BOB);
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': actionIsTold('failed'),
      'A /number': numberIsTold('failed'),
      'B /bob': legIsTold(['initiated'], 'failed'),
    });
    assert.deepEqual(await story().legs(NAMES), {
      A: 'inbound completed',
      B: 'outbound-dial failed',
    });
    assert.match((await story().notices('1000')).join('\n'), /There is no client Bob/);
  });
});
