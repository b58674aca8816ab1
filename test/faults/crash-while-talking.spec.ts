import assert from 'node:assert/strict';
import { LegworkProcess } from '../support/legwork-process.ts';
import { LiveStory } from '../support/live-story.ts';

describe('Legwork is killed while Alice and Bob talk', () => {
  let legwork: LegworkProcess;
  let story: LiveStory<LegworkProcess>;

  before(async function () {
    this.timeout(60_000);
    legwork = await LegworkProcess.prepare();
    await legwork.start();
    story = await LiveStory.on(legwork);
  });
  after(async function () {
    this.timeout(60_000);
    await story.end();
    await legwork.remove();
  });

  it('they talk on, and the end is told as if nothing had happened', async function () {
    this.timeout(60_000);
    const { app } = story;
    app.reply(
      '/voice',
      '<Response><Dial action="/after"><Client statusCallback="/bob">bob</Client></Dial></Response>',
    );
    app.reply('/after', '<Response><Hangup/></Response>');
    for (const path of ['/number', '/bob']) app.reply(path, { status: 204 });
    await story.number('1000');
    const alice = await story.phone('alice');
    const bob = await story.phone('bob');
    const bobsCall = bob.incoming();
    const call = await alice.call('1000');
    const answered = await bobsCall;
    answered.ring();
    await answered.answer();
    await call.answered;
    answered.audio.sendTone(697);
    call.audio.sendTone(440);
    await call.audio.heardTone(697, { forMs: 300 });
    await app.waitFor((requests) => requests.some(({ params }) => params['CallEvent'] === 'answered'));

    await legwork.crash();
    call.audio.mark();
    await call.audio.heardTone(697, { forMs: 500 });
    await legwork.start();
    call.audio.mark();
    await call.audio.heardTone(697, { forMs: 500 });
    await answered.audio.heardTone(440, { forMs: 500 });
    await answered.hangUp();
    await call.ended;
    await story.quiet();

    const leg = 'Direction=outbound-dial';
    assert.deepEqual(story.requests({ '1000': 'A', bob: 'B' }), {
      'A /voice': ['POST CallStatus=ringing Direction=inbound'],
      'A /after': [
        'POST CallStatus=in-progress Direction=inbound DialCallStatus=completed DialBridged=true DialSipResponseCode=200',
      ],
      'A /number': [
        'POST CallStatus=ringing Direction=inbound SequenceNumber=0',
        'POST CallStatus=in-progress Direction=inbound SequenceNumber=1',
        'POST CallStatus=completed Direction=inbound DialCallStatus=completed SequenceNumber=2',
      ],
      'B /bob': [
        `POST ${leg} CallStatus=initiated CallEvent=initiated SequenceNumber=0`,
        `POST ${leg} CallStatus=ringing CallEvent=ringing SequenceNumber=1`,
        `POST ${leg} CallStatus=in-progress CallEvent=answered SequenceNumber=2`,
        `POST ${leg} CallStatus=completed CallEvent=completed SequenceNumber=3`,
      ],
    });
    assert.deepEqual(await story.legs({ '1000': 'A', bob: 'B' }), {
      A: 'inbound completed',
      B: 'outbound-dial completed',
    });
  });
});
