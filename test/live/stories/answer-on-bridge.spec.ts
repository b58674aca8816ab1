import assert from 'node:assert/strict';
import { SipFailure } from '../../../src/phone/phone.ts';
import { actionIsTold, aliceCalls, legIsTold, numberIsTold, VOICE } from '../../support/dial-story.ts';
import { stories } from '../../support/live-story.ts';

const NAMES = { '1000': 'A', Bob: 'B' };
const DIAL_BOB = '<Dial answerOnBridge="true" timeout="1"><Client statusCallback="/bob">Bob</Client></Dial>';

/** The number's callbacks about a call that was never answered. */
function unansweredNumberIsTold(status: string, dialCallStatus: string): string[] {
  return [
    'POST CallStatus=ringing Direction=inbound SequenceNumber=0',
    `POST CallStatus=${status} Direction=inbound DialCallStatus=${dialCallStatus} SequenceNumber=1`,
  ];
}

stories('With answerOnBridge Alice is answered when Bob is', (story) => {
  it('rings (180) until then, and both talk', async () => {
    const bob = await story().phone('bob');
    const { call } = await aliceCalls(story(), DIAL_BOB);
    const atBob = await bob.incoming();
    atBob.ring();
    assert.equal(await call.ringing, 180);
    await story().app.waitFor((all) => all.some(({ params }) => params['CallEvent'] === 'ringing'));
    assert.deepEqual([...new Set(call.responses.map(({ status }) => status))], [100, 180]);
    await atBob.answer();
    assert.equal((await call.answered).status, 200);
    atBob.audio.sendTone(697);
    call.audio.sendTone(852);
    await Promise.all([call.audio.heardTone(697), atBob.audio.heardTone(852)]);
    await atBob.hangUp();
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();

    const { 'A /number': number, ...rest } = story().requests(NAMES);
    assert.deepEqual(number, [
      'POST CallStatus=ringing Direction=inbound SequenceNumber=0',
      'POST CallStatus=in-progress Direction=inbound DialCallStatus=in-progress SequenceNumber=1',
      'POST CallStatus=completed Direction=inbound DialCallStatus=completed SequenceNumber=2',
    ]);
    assert.deepEqual(rest, {
      'A /voice': VOICE,
      'B /bob': legIsTold(['initiated', 'ringing', 'answered'], 'completed'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
  });

  const FAILURES = [
    { bob: 'is busy', answers: 486, alice: 486, outcome: 'busy' },
    { bob: 'declines', answers: 603, alice: 486, outcome: 'busy' },
    { bob: 'is unavailable', answers: 480, alice: 480, outcome: 'no-answer' },
    { bob: 'is not found', answers: 404, alice: 404, outcome: 'failed' },
    { bob: 'is out of order', answers: 500, alice: 500, outcome: 'failed' },
  ] as const;
  for (const { bob: title, answers, alice, outcome } of FAILURES) {
    it(`passes on that Bob ${title} (${answers}): Alice gets ${alice}, and his final state`, async () => {
      const bob = await story().phone('bob');
      bob.onIncoming((call) => {
        call.ring();
        call.reject(answers, 'As It Says');
      });
      const { call } = await aliceCalls(story(), DIAL_BOB);
      await assert.rejects(call.answered, (error) => error instanceof SipFailure && error.status === alice);
      await story().quiet();

      assert.deepEqual(story().requests(NAMES), {
        'A /voice': VOICE,
        'A /number': unansweredNumberIsTold(outcome, outcome),
        'B /bob': legIsTold(['initiated', 'ringing'], outcome),
      });
      assert.deepEqual(await story().legs(NAMES), {
        A: `inbound ${outcome}`,
        B: `outbound-dial ${outcome}`,
      });
    });
  }

  it('passes on that nobody answered in time: Alice gets 480', async () => {
    const bob = await story().phone('bob');
    const { call } = await aliceCalls(story(), DIAL_BOB);
    const atBob = await bob.incoming();
    atBob.ring();
    await assert.rejects(call.answered, (error) => error instanceof SipFailure && error.status === 480);
    assert.equal((await atBob.ended).how, 'cancel');
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /number': unansweredNumberIsTold('no-answer', 'no-answer'),
      'B /bob': legIsTold(['initiated', 'ringing'], 'no-answer'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound no-answer', B: 'outbound-dial no-answer' });
  });

  it('passes on that Bob has no phone: Alice gets 404', async () => {
    await story().client('bob');
    const { call } = await aliceCalls(story(), DIAL_BOB);
    await assert.rejects(call.answered, (error) => error instanceof SipFailure && error.status === 404);
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /number': unansweredNumberIsTold('failed', 'failed'),
      'B /bob': legIsTold(['initiated'], 'failed'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound failed', B: 'outbound-dial failed' });
  });

  it('asks the action first when there is one: CallStatus is ringing, its reply decides', async () => {
    const bob = await story().phone('bob');
    bob.onIncoming((call) => call.reject(486, 'Busy Here'));
    story().app.reply('/after', '<Response><Play digits="5"/></Response>');
    const { call } = await aliceCalls(story(), DIAL_BOB.replace('<Dial', '<Dial action="/after"'));
    await call.answered;
    await call.audio.heardDigits('5');
    await call.ended;
    await story().quiet();

    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /after': actionIsTold('busy', 486, 'ringing'),
      'A /number': [
        'POST CallStatus=ringing Direction=inbound SequenceNumber=0',
        'POST CallStatus=in-progress Direction=inbound DialCallStatus=busy SequenceNumber=1',
        'POST CallStatus=completed Direction=inbound DialCallStatus=busy SequenceNumber=2',
      ],
      'B /bob': legIsTold(['initiated'], 'busy'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial busy' });
  });

  it('a verb behind the failed Dial runs, and answers', async () => {
    const bob = await story().phone('bob');
    bob.onIncoming((call) => call.reject(486, 'Busy Here'));
    const { call } = await aliceCalls(story(), `${DIAL_BOB}<Play digits="6"/>`);
    await call.answered;
    await call.audio.heardDigits('6');
    await call.ended;
    await story().quiet();
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial busy' });
    assert.deepEqual(story().requests(NAMES)['B /bob'], legIsTold(['initiated'], 'busy'));
  });

  it('is an ordinary Dial when a verb before it answered', async () => {
    const bob = await story().phone('bob');
    const { call } = await aliceCalls(story(), `<Play digits="6"/>${DIAL_BOB}`);
    await call.audio.heardDigits('6');
    const atBob = await bob.incoming();
    atBob.ring();
    await call.audio.heardTone(440);
    atBob.reject(486, 'Busy Here');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': VOICE,
      'A /number': numberIsTold('busy'),
      'B /bob': legIsTold(['initiated', 'ringing'], 'busy'),
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial busy' });
  });
});
