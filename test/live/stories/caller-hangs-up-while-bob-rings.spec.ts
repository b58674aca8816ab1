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

const NAMES = { '1000': 'A', Bob: 'B' };
const DIAL_BOB = '<Dial action="/after"><Client statusCallback="/bob">Bob</Client></Dial>';

stories('Alice hangs up while Bob rings', (story) => {
  it("cancels Bob's phone, requests the action once and ignores its reply", async () => {
    const bob = await story().phone('bob');
    story().app.reply('/after', `<Response>${DIAL_BOB}</Response>`);
    const { call } = await aliceCalls(story(), DIAL_BOB);
    const atBob = await bob.incoming();
    atBob.ring();
    await call.audio.heardTone(440, { forMs: 100 });
    // She hears the tone before he rings.
    await story().app.waitFor((all) => all.some(({ params }) => params['CallEvent'] === 'ringing'));
    await call.hangUp();
    assert.deepEqual(await atBob.canceled, MISSED);
    assert.equal((await atBob.ended).how, 'cancel');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': actionIsTold('canceled', undefined, 'completed'),
      'A /number': numberIsTold('ringing'),
      'B /bob': legIsTold(['initiated', 'ringing'], 'canceled'),
    });
    assert.deepEqual(await story().legs(NAMES), {
      A: 'inbound completed',
      B: 'outbound-dial canceled',
    });
  });

  it('cancels every phone of several callees, each of which gets its one end', async () => {
    const [bob, carol] = [await story().phone('bob'), await story().phone('carol')];
    const { call } = await aliceCalls(
      story(),
      '<Dial><Client statusCallback="/bob">Bob</Client><Client statusCallback="/carol">carol</Client></Dial>',
      ['/bob', '/carol'],
    );
    const rung = await Promise.all([bob.incoming(), carol.incoming()]);
    for (const one of rung) one.ring();
    await call.answered;
    await story().app.waitFor(
      (all) => all.filter(({ params }) => params['CallEvent'] === 'ringing').length === 2,
    );
    await call.hangUp();
    const told = await Promise.all(rung.map((one) => one.canceled));
    assert.deepEqual(told, [MISSED, MISSED]);
    await story().quiet();

    const names = { ...NAMES, carol: 'C' };
    const { 'A /number': number, ...rest } = story().requests(names);
    // Which of the two became a leg last is nobody's promise.
    assert.deepEqual(number, numberIsTold('ringing'));
    assert.deepEqual(rest, {
      'A /voice': VOICE,
      'B /bob': legIsTold(['initiated', 'ringing'], 'canceled'),
      'C /carol': legIsTold(['initiated', 'ringing'], 'canceled'),
    });
    assert.deepEqual(await story().legs(names), {
      A: 'inbound completed',
      B: 'outbound-dial canceled',
      C: 'outbound-dial canceled',
    });
  });

  it('is canceled too when Alice was not answered yet', async () => {
    const bob = await story().phone('bob');
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(story(), DIAL_BOB.replace('<Dial', '<Dial answerOnBridge="true"'));
    const atBob = await bob.incoming();
    atBob.ring();
    assert.equal(await call.ringing, 180);
    await story().app.waitFor((all) => all.some(({ params }) => params['CallEvent'] === 'ringing'));
    await call.cancel();
    await atBob.canceled;
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': actionIsTold('canceled', undefined, 'canceled'),
      'A /number': [
        'POST CallStatus=ringing Direction=inbound SequenceNumber=0',
        'POST CallStatus=canceled Direction=inbound DialCallStatus=ringing SequenceNumber=1',
      ],
      'B /bob': legIsTold(['initiated', 'ringing'], 'canceled'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound canceled', B: 'outbound-dial canceled' });
  });
});

stories('Alice hangs up in the moment in which Bob answers', (story) => {
  it('hangs up on Bob when his answer comes after the CANCEL: he is canceled, and was never answered', async () => {
    const bob = await story().phone('bob');
    story().app.reply('/after', '<Response/>');
    const { call } = await aliceCalls(story(), DIAL_BOB);
    const atBob = await bob.incoming();
    atBob.ring();
    await story().app.waitFor((all) => all.some(({ params }) => params['CallEvent'] === 'ringing'));
    // His 200 is on its way when the CANCEL comes.
    const canceled = new Promise<void>((resolve) => {
      atBob.receiveCancel = () => resolve();
    });
    await call.hangUp();
    await canceled;
    await atBob.answer();
    assert.equal((await atBob.ended).how, 'bye');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': actionIsTold('canceled', undefined, 'completed'),
      'A /number': numberIsTold('ringing'),
      'B /bob': legIsTold(['initiated', 'ringing'], 'canceled'),
    });
    assert.deepEqual(await story().legs(NAMES), {
      A: 'inbound completed',
      B: 'outbound-dial canceled',
    });
  });

  it('hangs up on Bob when his answer came first: his leg is answered, and completed', async () => {
    const bob = await story().phone('bob');
    const { call } = await aliceCalls(story(), DIAL_BOB.replace(' action="/after"', ''));
    const atBob = await bob.incoming();
    atBob.ring();
    await call.answered;
    await atBob.answer();
    await call.hangUp();
    assert.equal((await atBob.ended).how, 'bye');
    await story().quiet();

    const { 'A /number': number, ...rest } = story().requests(NAMES);
    // How far Bob's leg was when Alice's ended is told as it was.
    assert.equal(number?.length, 3);
    assert.deepEqual(rest, {
      'A /voice': VOICE,
      'B /bob': legIsTold(['initiated', 'ringing', 'answered'], 'completed'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
  });
});
