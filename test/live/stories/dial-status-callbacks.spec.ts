import assert from 'node:assert/strict';
import { aliceCalls, numberIsTold, VOICE } from '../../support/dial-story.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';
import {
  ACCOUNT_SID,
  assertParameters,
  CALL_SID,
  FEW_SECONDS,
  RFC_2822,
} from '../../support/parameter-formats.ts';

const NAMES = { '1000': 'A', bob: 'B' };
const B = 'Direction=outbound-dial';

/** Alice and bob talk for a moment; these are the attributes of the noun. */
async function talk(story: LiveStory, attributes: string) {
  const bob = await story.phone('bob');
  const { call } = await aliceCalls(story, `<Dial><Client ${attributes}>bob</Client></Dial>`);
  const atBob = await bob.incoming();
  atBob.ring();
  await atBob.answer();
  atBob.audio.sendTone(697);
  await call.audio.heardTone(697);
  await call.hangUp();
  await story.quiet();
  assert.deepEqual(await story.legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
}

const COMPLETED = `${B} CallStatus=completed CallEvent=completed SequenceNumber=3`;
const ANSWERED = `${B} CallStatus=in-progress CallEvent=answered SequenceNumber=2`;
const RINGING = `${B} CallStatus=ringing CallEvent=ringing SequenceNumber=1`;

stories("A noun's status callbacks", (story) => {
  it('are only those that statusCallbackEvent names, with the numbers that they always have', async () => {
    await talk(story(), 'statusCallback="/bob" statusCallbackEvent="completed"');
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /number': numberIsTold('in-progress'),
      'B /bob': [`POST ${COMPLETED}`],
    });
  });

  it('may be named in any case, with commas and spaces; unknown names are warned of', async () => {
    await talk(story(), 'statusCallback="/bob" statusCallbackEvent="Answered, hiccup RINGING"');
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /number': numberIsTold('in-progress'),
      'B /bob': [`POST ${RINGING}`, `POST ${ANSWERED}`],
    });
    assert.match((await story().notices('1000')).join('\n'), /hiccup/);
  });

  it('are none without statusCallback', async () => {
    await talk(story(), '');
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /number': numberIsTold('in-progress'),
    });
  });

  it('go by GET, behind the query that the author wrote', async () => {
    const attributes = 'statusCallback="/bob?shop=7&amp;CallEvent=mine" statusCallbackMethod="get"';
    await talk(story(), `${attributes} statusCallbackEvent="completed"`);
    const [request, ...more] = story().app.to('/bob');
    assert.ok(request);
    assert.deepEqual(more, []);
    assert.equal(request.body, '');
    assert.ok(request.target.startsWith('/bob?shop=7&CallEvent=mine&'), request.target);
    assert.ok(request.signatureValid(story().stack.legwork.authToken));
    const ours = { ...request, pairs: request.pairs.slice(2) };
    assertParameters(ours, {
      AccountSid: ACCOUNT_SID,
      CallSid: CALL_SID,
      ParentCallSid: CALL_SID,
      From: 'alice',
      To: 'bob',
      Caller: 'alice',
      Called: 'bob',
      Direction: 'outbound-dial',
      ApiVersion: '2012-04-24',
      CallStatus: 'completed',
      CallEvent: 'completed',
      SequenceNumber: '3',
      CallDuration: FEW_SECONDS,
      SipResponseCode: '200',
      Timestamp: RFC_2822,
      CallbackSource: 'call-progress-events',
    });
  });

  it('and the action stand relative to the URL of their document, after redirects', async () => {
    const { app } = story();
    const bob = await story().phone('bob');
    bob.onIncoming((call) => call.reject(486, 'Busy Here'));
    app.reply('/voice', { status: 307, headers: { location: '/shop/v2/voice.xml?x=1' } });
    app.reply(
      '/shop/v2/voice.xml',
      '<Response><Dial action="after?step=2" method="GET"><Client statusCallback="../bob" statusCallbackEvent="completed">bob</Client></Dial></Response>',
    );
    app.reply('/shop/v2/after', '<Response/>');
    for (const path of ['/number', '/shop/bob']) app.reply(path, { status: 204 });
    await story().number('1000');
    const call = await (await story().phone('alice')).call('1000');
    await call.ended;
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /shop/v2/voice.xml': VOICE,
      'A /shop/v2/after': [
        'GET step=2 CallStatus=in-progress Direction=inbound DialCallStatus=busy DialBridged=false DialSipResponseCode=486',
      ],
      'A /number': numberIsTold('busy'),
      'B /shop/bob': [`POST ${B} CallStatus=busy CallEvent=completed SequenceNumber=3`],
    });
  });

  it('come although the receiver is down at first: in order, with the same token again', async () => {
    story().app.reply('/bob', { status: 503 }, { status: 204 });
    const bob = await story().phone('bob');
    bob.onIncoming((call) => call.reject(486, 'Busy Here'));
    story().app.reply(
      '/voice',
      '<Response><Dial><Client statusCallback="/bob">bob</Client></Dial></Response>',
    );
    story().app.reply('/number', { status: 204 });
    await story().number('1000');
    const call = await (await story().phone('alice')).call('1000');
    await call.ended;
    await story().quiet();

    const initiated = `POST ${B} CallStatus=initiated CallEvent=initiated SequenceNumber=0`;
    assert.deepEqual(story().requests(NAMES)['B /bob'], [
      initiated,
      initiated,
      `POST ${B} CallStatus=busy CallEvent=completed SequenceNumber=3`,
    ]);
    const [first, second] = story().app.to('/bob');
    assert.equal(first?.headers['i-idempotency-token'], second?.headers['i-idempotency-token']);
  });
});
