import assert from 'node:assert/strict';
import { faultStories } from '../../support/fault-stories.ts';
import { orderCall, STATUS } from '../../support/live-rest-calls.ts';
import { aliceAndBobTalk } from '../../support/talk-story.ts';

const NAMES = { '1000': 'A', '2000': 'D', bob: 'B', carol: 'C' };
const CHILD = 'POST Direction=outbound-dial';
const BOB_TALKED = [
  `${CHILD} CallStatus=initiated CallEvent=initiated SequenceNumber=0`,
  `${CHILD} CallStatus=ringing CallEvent=ringing SequenceNumber=1`,
  `${CHILD} CallStatus=in-progress CallEvent=answered SequenceNumber=2`,
  `${CHILD} CallStatus=completed CallEvent=completed SequenceNumber=3`,
];

faultStories('Legwork is killed', (story) => {
  it('and Alice hangs up before it is back: the other leg ends, and every end is told once', async () => {
    const { call, atBob } = await aliceAndBobTalk(story());
    await story().stack.crash();
    await call.hangUp();
    await story().stack.start();
    assert.equal((await atBob.ended).how, 'bye');
    await story().quiet();
    const requests = story().requests(NAMES);
    assert.deepEqual(requests, {
      'A /voice': ['POST CallStatus=ringing Direction=inbound'],
      'A /after': [
        'POST CallStatus=completed Direction=inbound DialCallStatus=completed DialBridged=true DialSipResponseCode=200',
      ],
      'A /number': [
        'POST CallStatus=ringing Direction=inbound SequenceNumber=0',
        'POST CallStatus=in-progress Direction=inbound SequenceNumber=1',
        'POST CallStatus=completed Direction=inbound DialCallStatus=in-progress SequenceNumber=2',
      ],
      'B /bob': BOB_TALKED,
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
  });

  it('and Bob hangs up before it is back: Alice hears what comes after the Dial', async () => {
    const { call, atBob } = await aliceAndBobTalk(story());
    story().app.reply('/after', '<Response><Play digits="1"/></Response>');
    await story().stack.crash();
    await atBob.hangUp();
    await story().stack.start();
    await call.audio.heardDigits('1');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': ['POST CallStatus=ringing Direction=inbound'],
      'A /after': [
        'POST CallStatus=in-progress Direction=inbound DialCallStatus=completed DialBridged=true DialSipResponseCode=200',
      ],
      'A /number': [
        'POST CallStatus=ringing Direction=inbound SequenceNumber=0',
        'POST CallStatus=in-progress Direction=inbound SequenceNumber=1',
        'POST CallStatus=completed Direction=inbound DialCallStatus=completed SequenceNumber=2',
      ],
      'B /bob': BOB_TALKED,
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed', B: 'outbound-dial completed' });
  });

  it('together with Asterisk: every leg gets its final state, and every end is told once', async () => {
    const { alice } = await aliceAndBobTalk(story());
    const { app, stack } = story();
    app.reply('/pause', '<Response><Pause length="60"/></Response>');
    app.reply('/waiting', { status: 204 });
    await story().number('2000', { VoiceUrl: app.url('/pause'), StatusCallback: app.url('/waiting') });
    const carol = await story().phone('carol');
    const waiting = await alice.call('2000');
    await waiting.ringing;
    await orderCall(story(), { To: 'client:carol' });
    const atCarol = await carol.incoming();
    atCarol.ring();
    await app.waitFor((requests) => requests.some(({ path }) => path === '/pause'));
    await app.waitFor((requests) => requests.filter(({ path }) => path === '/status').length === 2);
    await stack.delivered();

    await story().stack.crash();
    process.kill(await stack.asteriskPid(), 'SIGKILL');
    await story().stack.start();
    await story().quiet();
    assert.deepEqual(await story().legs(NAMES), {
      A: 'inbound completed',
      B: 'outbound-dial completed',
      C: 'outbound-api failed',
      D: 'inbound canceled',
    });
    const { 'A /number': number, 'A /after': after, ...requests } = story().requests(NAMES);
    assert.deepEqual(requests, {
      'A /voice': ['POST CallStatus=ringing Direction=inbound'],
      'B /bob': BOB_TALKED,
      'C /status': [STATUS.initiated, STATUS.ringing, STATUS.failed],
      'D /pause': ['POST CallStatus=ringing Direction=inbound'],
      'D /waiting': [
        'POST CallStatus=ringing Direction=inbound SequenceNumber=0',
        'POST CallStatus=canceled Direction=inbound SequenceNumber=1',
      ],
    });
    // Both ends are noticed in one moment; which is told first is open.
    assert.match(
      number?.join('\n') ?? '',
      /^POST CallStatus=ringing .*=0\nPOST CallStatus=in-progress .*=1\nPOST CallStatus=completed Direction=inbound DialCallStatus=(in-progress|completed) SequenceNumber=2$/,
    );
    assert.match(
      after?.join('\n') ?? '',
      /^POST CallStatus=(completed|in-progress) Direction=inbound DialCallStatus=completed DialBridged=true DialSipResponseCode=200$/,
    );
  });
});
