import assert from 'node:assert/strict';
import { actionIsTold, aliceCalls, legIsTold, numberIsTold, VOICE } from '../../support/dial-story.ts';
import { stories } from '../../support/live-story.ts';

const NAMES = { '1000': 'A', bob: 'B', carol: 'C', dave: 'D' };
const TALKED =
  'POST CallStatus=in-progress Direction=inbound DialCallStatus=completed DialBridged=true DialSipResponseCode=200';
const CALLBACKS = ['/bob', '/carol', '/dave'];
const BOB = '<Client statusCallback="/bob">bob</Client>';
const CAROL = '<Client statusCallback="/carol">carol</Client>';
const DAVE = '<Client statusCallback="/dave">dave</Client>';

stories('A sequential Dial calls one after the other', (story) => {
  it('Bob is busy, Carol answers, Dave is never called', async () => {
    const [bob, carol] = [await story().phone('bob'), await story().phone('carol')];
    await story().phone('dave');
    let carolRang = false;
    carol.onIncoming(async (call) => {
      carolRang = true;
      call.ring();
      await call.answer();
      call.audio.sendTone(697);
    });
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(
      story(),
      `<Dial sequential="true" action="/after">${BOB}${CAROL}${DAVE}</Dial>`,
      CALLBACKS,
    );
    const atBob = await bob.incoming();
    atBob.ring();
    await call.audio.heardTone(440, { forMs: 200 });
    assert.equal(carolRang, false);
    atBob.reject(486, 'Busy Here');
    await call.audio.heardTone(697);
    await carol.stop();
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': [TALKED],
      'A /number': numberIsTold('completed'),
      'B /bob': legIsTold(['initiated', 'ringing'], 'busy'),
      'C /carol': legIsTold(['initiated', 'ringing', 'answered'], 'completed'),
    });
    assert.deepEqual(await story().legs(NAMES), {
      A: 'inbound completed',
      B: 'outbound-dial busy',
      C: 'outbound-dial completed',
    });
  });

  it('each of them rings for the timeout; nobody answers', async () => {
    const [bob, carol] = [await story().phone('bob'), await story().phone('carol')];
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(
      story(),
      `<Dial sequential="true" timeout="1" action="/after">${BOB}${CAROL}</Dial>`,
      CALLBACKS,
    );
    const atBob = await bob.incoming();
    atBob.ring();
    await atBob.canceled;
    const atCarol = await carol.incoming();
    atCarol.ring();
    await atCarol.canceled;
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    const carolLeg = (await story().calls()).find(({ to }) => to === 'carol');
    assert.equal(story().app.to('/after')[0]?.params['DialCallSid'], carolLeg?.sid);
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': actionIsTold('no-answer'),
      'A /number': numberIsTold('no-answer'),
      'B /bob': legIsTold(['initiated', 'ringing'], 'no-answer'),
      'C /carol': legIsTold(['initiated', 'ringing'], 'no-answer'),
    });
    assert.deepEqual(await story().legs(NAMES), {
      A: 'inbound completed',
      B: 'outbound-dial no-answer',
      C: 'outbound-dial no-answer',
    });
  });
});

stories('A row of Dials is a hunt list', (story) => {
  it('is over when one was answered: the Dials behind it are skipped, the verb after them runs', async () => {
    const [bob, carol] = [await story().phone('bob'), await story().phone('carol')];
    await story().phone('dave');
    bob.onIncoming((call) => call.reject(486, 'Busy Here'));
    const { call } = await aliceCalls(
      story(),
      `<Dial>${BOB}</Dial><Dial>${CAROL}</Dial><Dial>${DAVE}</Dial><Dial>${BOB}</Dial><Play digits="8"/>`,
      CALLBACKS,
    );
    const atCarol = await carol.incoming();
    await atCarol.answer();
    atCarol.audio.sendTone(697);
    await call.audio.heardTone(697);
    await atCarol.hangUp();
    await call.audio.heardDigits('8');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /number': numberIsTold('completed'),
      'B /bob': legIsTold(['initiated'], 'busy'),
      'C /carol': legIsTold(['initiated', 'answered'], 'completed'),
    });
    assert.deepEqual(await story().legs(NAMES), {
      A: 'inbound completed',
      B: 'outbound-dial busy',
      C: 'outbound-dial completed',
    });
  });

  it('a Dial behind another verb is a new hunt', async () => {
    const [bob, carol] = [await story().phone('bob'), await story().phone('carol')];
    const { call } = await aliceCalls(
      story(),
      `<Dial>${BOB}</Dial><Play digits="8"/><Dial>${CAROL}</Dial>`,
      CALLBACKS,
    );
    const atBob = await bob.incoming();
    await atBob.answer();
    atBob.audio.sendTone(697);
    await call.audio.heardTone(697);
    await atBob.hangUp();
    await call.audio.heardDigits('8');
    (await carol.incoming()).reject(486, 'Busy Here');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /number': numberIsTold('busy'),
      'B /bob': legIsTold(['initiated', 'answered'], 'completed'),
      'C /carol': legIsTold(['initiated'], 'busy'),
    });
    assert.deepEqual(await story().legs(NAMES), {
      A: 'inbound completed',
      B: 'outbound-dial completed',
      C: 'outbound-dial busy',
    });
  });
});

stories('A Dial that names nobody', (story) => {
  it('is skipped with a warning, and its action is not requested', async () => {
    const { call } = await aliceCalls(
      story(),
      '<Dial action="/after"><Sip>not an address</Sip><Client> </Client></Dial><Play digits="8"/>',
    );
    await call.audio.heardDigits('8');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), { 'A /voice': VOICE, 'A /number': numberIsTold() });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
    assert.match((await story().notices('1000')).join('\n'), /nobody to call/);
  });
});
