import assert from 'node:assert/strict';
import { aliceCalls1000 } from '../../support/alice-calls-1000.ts';
import { changeCall } from '../../support/live-rest-calls.ts';
import { stories } from '../../support/live-story.ts';

const NAMES = { '1000': 'A' };
const RINGING = 'POST CallStatus=ringing Direction=inbound SequenceNumber=0';
const ANSWERED = 'POST CallStatus=in-progress Direction=inbound SequenceNumber=1';
const COMPLETED = 'POST CallStatus=completed Direction=inbound SequenceNumber=2';
const FIRST = { 'A /voice': ['POST CallStatus=ringing Direction=inbound'] };

stories('Echo', (story) => {
  it('lets the caller hear himself until another document comes', async () => {
    const alices = await aliceCalls1000(story(), '<Response><Echo/></Response>');
    await alices.answered;
    alices.audio.sendTone(440);
    await alices.audio.heardTone(440, { forMs: 400 });
    const sid = (await story().calls())[0]?.sid ?? assert.fail('There is no call');
    const document = '<Response><Play digits="12"/></Response>';
    assert.equal(await changeCall(story(), sid, { Twiml: document }), 200);
    await alices.audio.heardDigits('12');
    assert.equal((await alices.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });
});

stories('Pause', (story) => {
  const call = (document: string) => aliceCalls1000(story(), document);

  it('is waited before the call is answered, when it comes first', async () => {
    const began = performance.now();
    const alices = await call('<Response><Pause length="1"/><Play digits="1"/></Response>');
    await alices.answered;
    const ms = performance.now() - began;
    assert.ok(ms > 1000, `answered after ${ms} ms`);
    await alices.audio.heardDigits('1');
    assert.equal((await alices.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), { ...FIRST, 'A /number': [RINGING, ANSWERED, COMPLETED] });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });

  it('is silence between two verbs later', async () => {
    const alices = await call('<Response><Play digits="1"/><Pause length="3"/><Play digits="2"/></Response>');
    await alices.answered;
    const began = performance.now();
    await alices.audio.heardDigits('1');
    await alices.audio.heardDigits('12');
    const ms = performance.now() - began;
    assert.ok(ms > 3000, `${ms} ms until the second digit`);
    assert.equal((await alices.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), { ...FIRST, 'A /number': [RINGING, ANSWERED, COMPLETED] });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });

  it('ends when the caller gives up while it is waited', async () => {
    const alices = await call('<Response><Pause length="60"/><Play digits="1"/></Response>');
    await alices.ringing;
    await alices.cancel();
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), {
      ...FIRST,
      'A /number': [RINGING, 'POST CallStatus=canceled Direction=inbound SequenceNumber=1'],
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound canceled' });
  });
});
