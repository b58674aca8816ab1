import assert from 'node:assert/strict';
import { stories } from '../../support/live-story.ts';

const DIAL_BOB = `<Response>
  <Dial action="/after-bob">
    <Client statusCallback="/bob" statusCallbackEvent="initiated,ringing,answered,completed">Bob</Client>
  </Dial>
</Response>`;
const DIAL_CAROL = '<Response><Dial><Client statusCallback="/carol">Carol</Client></Dial></Response>';

stories("The overview document's story: Bob is busy, the action sends Alice to Carol", (story) => {
  it('tells every leg, and lets Alice and Carol talk', async () => {
    const { app } = story();
    app.reply('/voice', DIAL_BOB);
    app.reply('/after-bob', DIAL_CAROL);
    for (const path of ['/number', '/bob', '/carol']) app.reply(path, { status: 204 });
    await story().number('1000');
    const [alice, bob, carol] = await Promise.all(
      ['alice', 'bob', 'carol'].map((name) => story().phone(name)),
    );
    assert.ok(alice && bob && carol);
    bob.onIncoming((call) => {
      call.ring();
      call.reject(486, 'Busy Here');
    });
    carol.onIncoming(async (call) => {
      call.ring();
      await call.answer();
      call.audio.sendTone(697);
      await call.audio.heardTone(440, { forMs: 300 });
    });

    const call = await alice.call('1000');
    await call.answered;
    call.audio.sendTone(440);
    await call.audio.heardTone(697, { forMs: 300 });
    await call.hangUp();
    await story().quiet();

    const leg = 'Direction=outbound-dial';
    assert.deepEqual(story().requests({ '1000': 'A', Bob: 'B', Carol: 'C' }), {
      'A /voice': ['POST CallStatus=ringing Direction=inbound'],
      'A /after-bob': [
        'POST CallStatus=in-progress Direction=inbound DialCallStatus=busy DialBridged=false DialSipResponseCode=486',
      ],
      'A /number': [
        'POST CallStatus=ringing Direction=inbound SequenceNumber=0',
        'POST CallStatus=in-progress Direction=inbound SequenceNumber=1',
        'POST CallStatus=completed Direction=inbound DialCallStatus=in-progress SequenceNumber=2',
      ],
      'B /bob': [
        `POST ${leg} CallStatus=initiated CallEvent=initiated SequenceNumber=0`,
        `POST ${leg} CallStatus=ringing CallEvent=ringing SequenceNumber=1`,
        `POST ${leg} CallStatus=busy CallEvent=completed SequenceNumber=3`,
      ],
      'C /carol': [
        `POST ${leg} CallStatus=initiated CallEvent=initiated SequenceNumber=0`,
        `POST ${leg} CallStatus=ringing CallEvent=ringing SequenceNumber=1`,
        `POST ${leg} CallStatus=in-progress CallEvent=answered SequenceNumber=2`,
        `POST ${leg} CallStatus=completed CallEvent=completed SequenceNumber=3`,
      ],
    });
    assert.deepEqual(await story().legs({ '1000': 'A', Bob: 'B', Carol: 'C' }), {
      A: 'inbound completed',
      B: 'outbound-dial busy',
      C: 'outbound-dial completed',
    });
  });
});
