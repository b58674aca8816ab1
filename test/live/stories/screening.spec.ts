import assert from 'node:assert/strict';
import { aliceCalls, legIsTold, numberIsTold, VOICE } from '../../support/dial-story.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';

const NAMES = { '1000': 'A', Bob: 'B', Carol: 'C' };
const ALICE_TONE = 852;
const BOB_TONE = 697;
const SCREEN = 'POST CallStatus=in-progress Direction=outbound-dial';
const BOB_TALKED = legIsTold(['initiated', 'ringing', 'answered'], 'completed');
const REFUSED =
  'POST CallStatus=in-progress Direction=inbound DialCallStatus=no-answer DialBridged=false DialSipResponseCode=200';
const noun = (name: string, attributes = '') =>
  `<Client statusCallback="/${name.toLowerCase()}"${attributes}>${name}</Client>`;
const BOB = noun('Bob', ' url="/screen"');
const PRESS_1 =
  '<Response><Gather numDigits="1" timeout="10" action="/pressed"><Play digits="5"/></Gather><Hangup/></Response>';

/** Alice calls 1000, whose Dial screens Bob; he has answered. */
async function bobAnswers(story: LiveStory, screening: string, nouns = BOB, attributes = '') {
  const { app } = story;
  app.reply('/screen', screening);
  app.reply('/after', '<Response/>');
  const bob = await story.phone('bob');
  const { call } = await aliceCalls(story, `<Dial action="/after"${attributes}>${nouns}</Dial>`, [
    '/bob',
    '/carol',
  ]);
  const atBob = await bob.incoming();
  atBob.ring();
  await atBob.answer();
  return { call, atBob };
}

stories('Bob is asked before Alice is connected', (story) => {
  it('hears the document, while Alice hears ringing, and talks when it ends', async () => {
    const { call, atBob } = await bobAnswers(story(), '<Response><Play digits="123"/></Response>');
    call.audio.sendTone(ALICE_TONE);
    atBob.audio.sendTone(BOB_TONE);
    await atBob.audio.heardDigits('123');
    await atBob.audio.heardTone(ALICE_TONE, { forMs: 300 });
    await call.audio.heardTone(BOB_TONE, { forMs: 300 });
    assert.ok(call.audio.toneMs(440) > 0);
    await atBob.hangUp();
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'B /screen': [SCREEN],
      'A /after': [
        'POST CallStatus=in-progress Direction=inbound DialCallStatus=completed DialBridged=true DialSipResponseCode=200',
      ],
      'A /number': numberIsTold('completed'),
      'B /bob': BOB_TALKED,
    });
  });

  it('accepts by a key', async () => {
    story().app.reply('/pressed', '<Response/>');
    const { call, atBob } = await bobAnswers(story(), PRESS_1);
    atBob.audio.sendTone(BOB_TONE);
    await atBob.audio.heardDigits('5');
    await atBob.sendDigits('1');
    await call.audio.heardTone(BOB_TONE, { forMs: 300 });
    await call.hangUp();
    await story().quiet();
    assert.deepEqual(story().requests(NAMES)['B /pressed'], [`${SCREEN} Digits=1`]);
  });

  it('declines by a key', async () => {
    story().app.reply('/pressed', '<Response><Hangup/></Response>');
    const { call, atBob } = await bobAnswers(story(), PRESS_1);
    await atBob.audio.heardDigits('5');
    await atBob.sendDigits('2');
    assert.equal((await atBob.ended).how, 'bye');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.equal(call.audio.toneMs(BOB_TONE), 0);
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'B /screen': [SCREEN],
      'B /pressed': [`${SCREEN} Digits=2`],
      'A /after': [REFUSED],
      'A /number': numberIsTold('completed'),
      'B /bob': BOB_TALKED,
    });
    assert.deepEqual(await story().legs(NAMES), {
      A: 'inbound completed',
      B: 'outbound-dial completed',
    });
  });

  it('hangs up meanwhile', async () => {
    const { call, atBob } = await bobAnswers(story(), '<Response><Pause length="30"/></Response>');
    await atBob.hangUp();
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(story().requests(NAMES)['A /after'], [REFUSED]);
  });

  it('is hung up where the document cannot be had', async () => {
    const { call, atBob } = await bobAnswers(story(), '<Response>');
    assert.equal((await atBob.ended).how, 'bye');
    await call.ended;
    await story().quiet();
    assert.deepEqual(story().requests(NAMES)['A /after'], [REFUSED]);
  });

  it('loses to Carol, who answers while he is asked', async () => {
    const carol = await story().phone('carol');
    const { call, atBob } = await bobAnswers(
      story(),
      '<Response><Pause length="30"/></Response>',
      BOB + noun('Carol'),
    );
    const atCarol = await carol.incoming();
    atCarol.ring();
    await atCarol.answer();
    atCarol.audio.sendTone(BOB_TONE);
    await call.audio.heardTone(BOB_TONE, { forMs: 300 });
    assert.equal((await atBob.ended).how, 'bye');
    await call.hangUp();
    await story().quiet();
    const requests = story().requests(NAMES);
    assert.deepEqual(requests['B /bob'], BOB_TALKED);
    assert.deepEqual(requests['C /carol'], BOB_TALKED);
  });

  it('may take longer than the timeout, which ends Carol only', async () => {
    const carol = await story().phone('carol');
    const { call, atBob } = await bobAnswers(
      story(),
      '<Response><Pause length="4"/></Response>',
      BOB + noun('Carol'),
      ' timeout="2"',
    );
    const atCarol = await carol.incoming();
    atCarol.ring();
    await atCarol.canceled;
    atBob.audio.sendTone(BOB_TONE);
    await call.audio.heardTone(BOB_TONE, { forMs: 300 });
    await call.hangUp();
    await story().quiet();
    assert.deepEqual(await story().legs(NAMES), {
      A: 'inbound completed',
      B: 'outbound-dial completed',
      C: 'outbound-dial no-answer',
    });
  });
});
