import assert from 'node:assert/strict';
import type { IncomingCall, OutgoingCall } from '../../src/phone/phone.ts';
import { actionIsTold, legIsTold, numberIsTold, VOICE } from '../support/dial-story.ts';
import { faultStories } from '../support/fault-stories.ts';
import { wentOnAt } from '../support/timeline.ts';

const NAMES = { '1000': 'A', bob: 'B' };

faultStories('Legwork is killed while Bob rings', (story) => {
  let call: OutgoingCall;
  let atBob: IncomingCall;
  let rangAt: number;

  async function bobRings(attributes = ''): Promise<void> {
    const { app } = story();
    app.reply(
      '/voice',
      `<Response><Dial action="/after" ${attributes}><Client statusCallback="/bob">bob</Client></Dial></Response>`,
    );
    app.reply('/after', '<Response><Hangup/></Response>');
    for (const path of ['/number', '/bob']) app.reply(path, { status: 204 });
    await story().number('1000');
    const [alice, bob] = await Promise.all([story().phone('alice'), story().phone('bob')]);
    call = await alice.call('1000');
    atBob = await bob.incoming();
    rangAt = Date.now();
    atBob.ring();
    await app.waitFor((requests) => requests.some(({ params }) => params['CallEvent'] === 'ringing'));
  }

  it('Bob answers after the restart, and they talk', async () => {
    await bobRings();
    await story().stack.restart();
    await atBob.answer();
    await call.answered;
    atBob.audio.sendTone(697);
    await call.audio.heardTone(697);
    await atBob.hangUp();
    await call.ended;
    await story().quiet();
    assert.deepEqual(story().requestsOnce(NAMES), {
      'A /voice': VOICE,
      'A /number': numberIsTold('completed'),
      'A /after': [
        'POST CallStatus=in-progress Direction=inbound DialCallStatus=completed DialBridged=true DialSipResponseCode=200',
      ],
      'B /bob': legIsTold(['initiated', 'ringing', 'answered'], 'completed'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
  });

  it('Bob answers meanwhile, and they talk as soon as Legwork is back', async () => {
    await bobRings();
    await story().stack.crash();
    await atBob.answer();
    atBob.audio.sendTone(697);
    await story().stack.start();
    await call.answered;
    await call.audio.heardTone(697);
    await call.hangUp();
    await atBob.ended;
    await story().quiet();
    assert.deepEqual(story().requestsOnce(NAMES), {
      'A /voice': VOICE,
      'A /number': numberIsTold('in-progress'),
      'A /after': [
        'POST CallStatus=completed Direction=inbound DialCallStatus=completed DialBridged=true DialSipResponseCode=200',
      ],
      'B /bob': legIsTold(['initiated', 'ringing', 'answered'], 'completed'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
  });

  it('the time to answer counts from when he began to ring', async () => {
    await bobRings('timeout="10"');
    await story().stack.restart();
    const { how } = await atBob.ended;
    const endedAt = Date.now();
    assert.equal(how, 'cancel');
    assert.ok(endedAt - rangAt > 9_000, `it rang for ${endedAt - rangAt} ms`);
    const anew = endedAt - (await wentOnAt(story()));
    assert.ok(anew < 10_000, `it rang for ${anew} ms after the restart`);
    await call.ended;
    await story().quiet();
    assert.deepEqual(story().requestsOnce(NAMES), {
      'A /voice': VOICE,
      'A /number': numberIsTold('no-answer'),
      'A /after': actionIsTold('no-answer'),
      'B /bob': legIsTold(['initiated', 'ringing'], 'no-answer'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial no-answer' });
  });

  it('Alice hangs up meanwhile: Bob stops ringing when Legwork is back', async () => {
    await bobRings();
    await story().stack.crash();
    await call.hangUp();
    await story().stack.start();
    assert.equal((await atBob.ended).how, 'cancel');
    await story().quiet();
    assert.deepEqual(story().requestsOnce(NAMES), {
      'A /voice': VOICE,
      'A /number': numberIsTold('ringing'),
      'A /after': actionIsTold('canceled', undefined, 'completed'),
      'B /bob': legIsTold(['initiated', 'ringing'], 'canceled'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial canceled' });
  });

  it('Bob declines meanwhile: nobody knows why he went, and Alice goes on', async () => {
    await bobRings();
    await story().stack.crash();
    atBob.reject(486, 'Busy Here');
    await story().stack.start();
    await call.ended;
    await story().quiet();
    assert.deepEqual(story().requestsOnce(NAMES), {
      'A /voice': VOICE,
      'A /number': numberIsTold('failed'),
      'A /after': actionIsTold('failed'),
      'B /bob': legIsTold(['initiated', 'ringing'], 'failed'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial failed' });
  });
});
