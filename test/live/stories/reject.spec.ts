import assert from 'node:assert/strict';
import { aliceCalls1000 } from '../../support/alice-calls-1000.ts';
import { type LiveStory, stories } from '../../support/live-story.ts';

const NAMES = { '1000': 'A' };
const FIRST = 'POST CallStatus=ringing Direction=inbound';
const RINGING = 'POST CallStatus=ringing Direction=inbound SequenceNumber=0';
const REJECTED = [RINGING, 'POST CallStatus=busy Direction=inbound SequenceNumber=1'];

/** Alice calls 1000, whose document is this. */
function call(story: LiveStory, document: string) {
  return aliceCalls1000(story, `<Response>${document}</Response>`);
}

stories('Reject refuses a call that nobody has answered', (story) => {
  for (const [document, status] of [
    ['<Reject reason="busy"/>', 486],
    ['<Reject/>', 603],
    ['<Reject reason="rejected"/><Play digits="1"/>', 603],
    ['<Pause length="0"/><Reject reason="busy"/>', 486],
  ] as const) {
    it(`with ${status} for ${document}`, async () => {
      const alices = await call(story(), document);
      const { by, how, status: got } = await alices.ended;
      assert.deepEqual({ by, how, got }, { by: 'them', how: 'refused', got: status });
      await story().quiet();
      assert.deepEqual(story().requests(NAMES), { 'A /voice': [FIRST], 'A /number': REJECTED });
      assert.deepEqual(await story().legs(NAMES), { A: 'inbound busy' });
      assert.deepEqual(await story().notices('1000'), []);
    });
  }

  it('after a redirect as well', async () => {
    story().app.reply('/reject', '<Response><Reject reason="busy"/></Response>');
    const alices = await call(story(), '<Redirect>/reject</Redirect>');
    assert.equal((await alices.ended).status, 486);
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': [FIRST],
      'A /reject': [FIRST],
      'A /number': REJECTED,
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound busy' });
  });
});

stories('Reject after the call was answered', (story) => {
  it('is skipped with a warning, and the next verb runs', async () => {
    const alices = await call(story(), '<Say>Hi</Say><Reject reason="busy"/><Play digits="5"/>');
    await alices.answered;
    await alices.audio.heardDigits('5');
    assert.equal((await alices.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': [FIRST],
      'A /number': [
        RINGING,
        'POST CallStatus=in-progress Direction=inbound SequenceNumber=1',
        'POST CallStatus=completed Direction=inbound SequenceNumber=2',
      ],
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
    assert.deepEqual(await story().notices('1000'), [
      'Reject is only possible as the first verb of an inbound call; it is skipped',
    ]);
  });
});
