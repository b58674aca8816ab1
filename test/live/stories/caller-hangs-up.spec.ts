import assert from 'node:assert/strict';
import { aliceCalls1000 } from '../../support/alice-calls-1000.ts';
import { type Answer, hang } from '../../support/application-server.ts';
import { stories } from '../../support/live-story.ts';

const NAMES = { '1000': 'A' };
const FIRST = 'POST CallStatus=ringing Direction=inbound';
const RINGING = 'POST CallStatus=ringing Direction=inbound SequenceNumber=0';
const ANSWERED = 'POST CallStatus=in-progress Direction=inbound SequenceNumber=1';
const COMPLETED = 'POST CallStatus=completed Direction=inbound SequenceNumber=2';
const CANCELED = 'POST CallStatus=canceled Direction=inbound SequenceNumber=1';
const LONG = 'This sentence is much longer than anybody wants to listen to. '.repeat(5);

stories('The caller hangs up', (story) => {
  const call = (document: Answer) => aliceCalls1000(story(), document);

  it('while something is said: nothing more is run', async () => {
    const alices = await call(`<Response><Say>${LONG}</Say><Redirect>/never</Redirect></Response>`);
    await alices.audio.heardSound({ forMs: 300 });
    await alices.hangUp();
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': [FIRST],
      'A /number': [RINGING, ANSWERED, COMPLETED],
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
    assert.deepEqual(await story().notices('1000'), []);
  });

  it('while the first document is waited for: the call is canceled at once', async () => {
    const alices = await call(hang);
    await alices.ringing;
    await story().app.waitFor((requests) => requests.some(({ path }) => path === '/voice'));
    await alices.cancel();
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), { 'A /voice': [FIRST], 'A /number': [RINGING, CANCELED] });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound canceled' });
  });

  it('while a later document is waited for: the call is completed at once', async () => {
    story().app.reply('/slow', hang);
    const alices = await call('<Response><Play digits="1"/><Redirect>/slow</Redirect></Response>');
    await story().app.waitFor((requests) => requests.some(({ path }) => path === '/slow'));
    await alices.hangUp();
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), {
      'A /voice': [FIRST],
      'A /slow': ['POST CallStatus=in-progress Direction=inbound'],
      'A /number': [RINGING, ANSWERED, COMPLETED],
    });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound completed' });
  });

  it('and a document that comes too late is not run', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const alices = await call(async () => {
      await held;
      return '<Response><Redirect>/never</Redirect></Response>';
    });
    await story().app.waitFor((requests) => requests.some(({ path }) => path === '/voice'));
    await alices.cancel();
    await story().app.waitFor((requests) =>
      requests.some(({ params }) => params['CallStatus'] === 'canceled'),
    );
    release();
    await story().quiet();
    assert.deepEqual(story().requests(NAMES), { 'A /voice': [FIRST], 'A /number': [RINGING, CANCELED] });
    assert.deepEqual(await story().legs(NAMES), { A: 'inbound canceled' });
  });

  it('in the moment in which the call comes: there is no leg, or one that was canceled', async () => {
    const alices = await call(hang);
    await alices.cancel();
    await story().quiet();
    const { 'A /voice': documents = [], ...callbacks } = story().requests(NAMES);
    assert.ok(documents.length <= 1);
    const legs = await story().legs(NAMES);
    if (legs['A'] === undefined)
      assert.deepEqual({ legs, callbacks, documents }, { legs: {}, callbacks: {}, documents: [] });
    else
      assert.deepEqual(
        { legs, callbacks },
        { legs: { A: 'inbound canceled' }, callbacks: { 'A /number': [RINGING, CANCELED] } },
      );
  });
});
