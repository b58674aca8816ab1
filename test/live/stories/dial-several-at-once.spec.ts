import assert from 'node:assert/strict';
import {
  actionIsTold,
  aliceCalls,
  ANSWERED_ELSEWHERE,
  legIsTold,
  numberIsTold,
  VOICE,
} from '../../support/dial-story.ts';
import { stories } from '../../support/live-story.ts';

const NAMES = { '1000': 'A', bob: 'B', carol: 'C', dave: 'D' };
const DIAL_THREE = `<Dial action="/after" timeout="5">
  <Client statusCallback="/bob">bob</Client>
  <Client statusCallback="/carol">carol</Client>
  <Client statusCallback="/dave">dave</Client>
</Dial>`;
const CALLBACKS = ['/bob', '/carol', '/dave'];

stories('Bob, Carol and Dave are called at once', (story) => {
  async function allRing() {
    story().app.reply('/after', '<Response/>');
    const phones = await Promise.all(['bob', 'carol', 'dave'].map((name) => story().phone(name)));
    const { call } = await aliceCalls(story(), DIAL_THREE, CALLBACKS);
    const rung = await Promise.all(phones.map((phone) => phone.incoming()));
    for (const one of rung) one.ring();
    const [atBob, atCarol, atDave] = rung;
    assert.ok(atBob && atCarol && atDave);
    await story().app.waitFor(
      (all) => all.filter(({ params }) => params['CallEvent'] === 'ringing').length === 3,
    );
    return { call, atBob, atCarol, atDave };
  }

  it('lets Alice talk to Carol, who answers first; the others stop ringing and show no missed call', async () => {
    const { call, atBob, atCarol, atDave } = await allRing();
    await atCarol.answer();
    const told = await Promise.all([atBob.canceled, atDave.canceled]);
    assert.deepEqual(told, [ANSWERED_ELSEWHERE, ANSWERED_ELSEWHERE]);
    atCarol.audio.sendTone(697);
    await call.audio.heardTone(697);
    await atCarol.hangUp();
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    const calls = await story().calls();
    const carol = calls.find(({ to }) => to === 'carol');
    const number = story().app.to('/number');
    assert.equal(story().app.to('/after')[0]?.params['DialCallSid'], carol?.sid);
    assert.equal(number[2]?.params['OutboundCallSid'], carol?.sid);
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': [
        'POST CallStatus=in-progress Direction=inbound DialCallStatus=completed DialBridged=true DialSipResponseCode=200',
      ],
      'A /number': numberIsTold('completed'),
      'B /bob': legIsTold(['initiated', 'ringing'], 'canceled'),
      'C /carol': legIsTold(['initiated', 'ringing', 'answered'], 'completed'),
      'D /dave': legIsTold(['initiated', 'ringing'], 'canceled'),
    });
    assert.deepEqual(await story().legs(NAMES), {
      A: 'inbound completed',
      B: 'outbound-dial canceled',
      C: 'outbound-dial completed',
      D: 'outbound-dial canceled',
    });
  });

  it("goes on ringing the others when one declines; the most telling failure is the action's", async () => {
    const { call, atBob, atCarol, atDave } = await allRing();
    atCarol.reject(603, 'Decline');
    await story().app.waitFor((all) => all.some(({ params }) => params['CallEvent'] === 'completed'));
    assert.deepEqual([atBob.isOver, atDave.isOver], [false, false]);
    atBob.reject(480, 'Temporarily Unavailable');
    atDave.reject(404, 'Not Found');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    const carol = (await story().calls()).find(({ to }) => to === 'carol');
    assert.equal(story().app.to('/after')[0]?.params['DialCallSid'], carol?.sid);
    const { 'A /number': number, ...rest } = story().requests(NAMES);
    assert.equal(number?.length, 3);
    assert.deepEqual(rest, {
      'A /voice': VOICE,
      'A /after': actionIsTold('busy', 603),
      'B /bob': legIsTold(['initiated', 'ringing'], 'no-answer'),
      'C /carol': legIsTold(['initiated', 'ringing'], 'busy'),
      'D /dave': legIsTold(['initiated', 'ringing'], 'failed'),
    });
    assert.deepEqual(await story().legs(NAMES), {
      A: 'inbound completed',
      B: 'outbound-dial no-answer',
      C: 'outbound-dial busy',
      D: 'outbound-dial failed',
    });
  });

  it('lets Alice talk to one of them when two answer in the same moment, and hangs up on the other', async () => {
    const { call, atBob, atCarol, atDave } = await allRing();
    const tones = new Map([
      ['bob', 697],
      ['dave', 941],
    ]);
    await Promise.allSettled([atBob.answer(), atDave.answer()]);
    atBob.audio.sendTone(697);
    atDave.audio.sendTone(941);
    await atCarol.canceled;
    await Promise.race([atBob.ended, atDave.ended]);
    const [winner, loser] = atBob.isOver ? (['dave', 'bob'] as const) : (['bob', 'dave'] as const);
    await call.audio.heardTone(tones.get(winner) ?? 0);
    assert.equal(call.audio.toneMs(tones.get(loser) ?? 0), 0);
    await call.hangUp();
    await story().quiet();

    const won = (await story().calls()).find(({ to }) => to === winner);
    const action = story().app.to('/after');
    assert.deepEqual(
      action.map(({ params }) => [params['DialCallSid'], params['DialCallStatus'], params['DialBridged']]),
      [[won?.sid, 'completed', 'true']],
    );
    const legs = await story().legs(NAMES);
    const told = story().requests(NAMES);
    const rang = ['initiated', 'ringing'] as const;
    const key = { bob: ['B', 'B /bob'], dave: ['D', 'D /dave'] } as const;
    assert.deepEqual(told[key[winner][1]], legIsTold([...rang, 'answered'], 'completed'));
    // His answer was heard of before or after he was given up; either is a whole story.
    const canceled = legs[key[loser][0]] === 'outbound-dial canceled';
    assert.deepEqual(
      told[key[loser][1]],
      canceled ? legIsTold(rang, 'canceled') : legIsTold([...rang, 'answered'], 'completed'),
    );
    assert.deepEqual(told['C /carol'], legIsTold(rang, 'canceled'));
    assert.deepEqual(told['A /number'], numberIsTold('in-progress'));
    assert.deepEqual([legs['A'], legs['C']], ['inbound completed', 'outbound-dial canceled']);
  });

  it('rings who can be reached although the others are unknown or have no phone', async () => {
    story().app.reply('/after', '<Response/>');
    await story().client('bob');
    const dave = await story().phone('dave');
    const { call } = await aliceCalls(story(), DIAL_THREE, CALLBACKS);
    const atDave = await dave.incoming();
    await atDave.answer();
    atDave.audio.sendTone(697);
    await call.audio.heardTone(697);
    await call.hangUp();
    await story().quiet();

    const { 'A /number': number, ...rest } = story().requests(NAMES);
    assert.deepEqual(number, numberIsTold('in-progress'));
    assert.deepEqual(rest, {
      'A /voice': VOICE,
      'A /after': [
        'POST CallStatus=completed Direction=inbound DialCallStatus=completed DialBridged=true DialSipResponseCode=200',
      ],
      'B /bob': legIsTold(['initiated'], 'failed'),
      'C /carol': legIsTold(['initiated'], 'failed'),
      'D /dave': legIsTold(['initiated', 'answered'], 'completed'),
    });
    assert.deepEqual(await story().legs(NAMES), {
      A: 'inbound completed',
      B: 'outbound-dial failed',
      C: 'outbound-dial failed',
      D: 'outbound-dial completed',
    });
  });
});
