import assert from 'node:assert/strict';
import { aliceCalls1000 } from '../../support/alice-calls-1000.ts';
import { stories } from '../../support/live-story.ts';

const NAMES = { '1000': 'A' };
const FIRST = 'POST CallStatus=ringing Direction=inbound';
const RINGING = 'POST CallStatus=ringing Direction=inbound SequenceNumber=0';
const ANSWERED = 'POST CallStatus=in-progress Direction=inbound SequenceNumber=1';
const COMPLETED = 'POST CallStatus=completed Direction=inbound SequenceNumber=2';

stories('Redirect goes on with another document', (story) => {
  it('relative to the one it stands in, by GET or POST, without answering the call', async () => {
    const { app } = story();
    app.reply('/menu/start', '<Response><Redirect>next?step=2</Redirect><Reject/></Response>');
    app.reply('/menu/next', '<Response><Redirect method="get">/other?a=b&amp;c=d</Redirect></Response>');
    app.reply(
      '/other',
      '<Response><Play digits="1"/><Redirect>menu/last</Redirect><Play digits="9"/></Response>',
    );
    app.reply('/menu/last', '<Response><Play digits="2"/></Response>');
    app.reply('/number', { status: 204 });
    await story().number('1000', { VoiceUrl: app.url('/menu/start') });
    const alice = await story().phone('alice');
    const call = await alice.call('1000');
    await call.audio.heardDigits('12');
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), {
      'A /menu/start': [FIRST],
      'A /menu/next': [FIRST],
      'A /other': ['GET a=b c=d CallStatus=ringing Direction=inbound'],
      'A /menu/last': ['POST CallStatus=in-progress Direction=inbound'],
      'A /number': [RINGING, ANSWERED, COMPLETED],
    });
    assert.equal(app.to('/menu/next')[0]?.target, '/menu/next?step=2');
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });

  it('resolves what is relative against the URL after HTTP redirects', async () => {
    const { app } = story();
    app.reply('/deep/down/voice', '<Response><Redirect>sibling</Redirect></Response>');
    app.reply('/deep/down/sibling', '<Response><Reject/></Response>');
    const call = await aliceCalls1000(story(), { status: 302, headers: { location: '/deep/down/voice' } });
    assert.equal((await call.ended).status, 603);
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': [FIRST],
      'A /deep/down/voice': [FIRST],
      'A /deep/down/sibling': [FIRST],
      'A /number': [RINGING, 'POST CallStatus=busy Direction=inbound SequenceNumber=1'],
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound busy' });
  });
});

stories('An endless loop of redirects', (story) => {
  const looping = /looks like an endless loop of redirects/;

  it('is stopped after 50 documents; a call that nobody answered fails', async () => {
    const call = await aliceCalls1000(story(), '<Response><Redirect>/voice</Redirect></Response>');
    const { how, status } = await call.ended;
    assert.deepEqual({ how, status }, { how: 'refused', status: 500 });
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': Array.from({ length: 50 }, () => FIRST),
      'A /number': [RINGING, 'POST CallStatus=failed Direction=inbound SequenceNumber=1'],
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound failed' });
    assert.match((await story().notices('1000')).join('\n'), looping);
  });

  it('is counted anew after something was heard; a call that was answered is completed', async () => {
    const { app } = story();
    app.reply('/loop', '<Response><Redirect>/loop</Redirect></Response>');
    const call = await aliceCalls1000(
      story(),
      '<Response><Play digits="1"/><Redirect>/loop</Redirect></Response>',
    );
    await call.answered;
    assert.equal((await call.ended).how, 'bye');
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': [FIRST],
      'A /loop': Array.from({ length: 50 }, () => 'POST CallStatus=in-progress Direction=inbound'),
      'A /number': [RINGING, ANSWERED, COMPLETED],
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
    assert.match((await story().notices('1000')).join('\n'), looping);
  });
});
